//! The program as processes of their own: those that run to their end, and servers with who calls them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

/// The program with this data folder, and nothing from the environment.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_openai-lens"));
    command
        .env_clear()
        .env("OPENAI_LENS_DATA", folder)
        .env("OPENAI_LENS_LISTEN", "127.0.0.1:0")
        // Nothing listens there: a test never reaches OpenAI.
        .env("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A server that runs, and is killed when it is dropped.
pub struct Running {
    pub child: Child,
    out: BufReader<ChildStdout>,
    address: String,
}

impl Running {
    pub fn start(folder: &Path) -> Self {
        Self::start_with(program(folder))
    }

    pub fn start_with(mut program: Command) -> Self {
        let mut child = program.arg("serve").spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address =
            line.trim().strip_prefix("OpenAI Lens is ready at http://").unwrap_or_else(|| panic!("{line}"));
        Self { address: address.to_owned(), child, out }
    }

    pub fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    pub fn send(&self, request: &str) -> String {
        self.listener().send(request)
    }

    /// Where browsers reach it.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its address, for who calls while it is waited for.
    pub fn listener(&self) -> Listener {
        Listener(self.address.clone())
    }

    /// Who is signed in with this cookie, and calls it.
    pub fn caller(&self, cookie: String) -> Caller {
        Caller { server: self.listener(), cookie }
    }

    /// Another address that the server listens on.
    pub fn elsewhere(&self, address: std::net::SocketAddr) -> Listener {
        Listener(address.to_string())
    }

    pub fn post(&self, path: &str, body: &str) -> String {
        self.send(&format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ))
    }

    pub fn get(&self, path: &str) -> String {
        self.listener().get(path)
    }

    /// The next line that it writes to standard output.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line
    }

    /// Kills it, and gives what it has written to standard output since it was ready.
    pub fn killed(mut self) -> String {
        self.child.kill().unwrap();
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        rest
    }

    pub fn terminate(mut self) -> std::process::ExitStatus {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address that a server listens on.
pub struct Listener(String);

impl Listener {
    fn send(&self, request: &str) -> String {
        self.try_send(request).unwrap()
    }

    /// The answer; none when the server is gone before all of it is here.
    fn try_send(&self, request: &str) -> Option<String> {
        let mut socket = TcpStream::connect(&self.0).ok()?;
        socket.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer).ok()?;
        (!answer.is_empty()).then_some(answer)
    }

    pub fn get(&self, path: &str) -> String {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"))
    }
}

/// A signed-in caller of a server that is a process of its own.
pub struct Caller {
    server: Listener,
    pub cookie: String,
}

impl Caller {
    /// Ada, whom [`add_user`] has added, with this password.
    pub fn signed_in(server: &Running, password: &str) -> Self {
        let signed = server
            .post("/api/v1/session", &format!(r#"{{"email":"ada@example.com","password":"{password}"}}"#));
        let (_, cookie) = signed.split_once("set-cookie: ").unwrap_or_else(|| panic!("{signed}"));
        server.caller(cookie.split(';').next().unwrap().to_owned())
    }

    pub fn call(&self, method: &str, path: &str, body: &str) -> String {
        self.try_call(method, path, body).unwrap()
    }

    /// The answer; none when the server is gone before all of it is here.
    pub fn try_call(&self, method: &str, path: &str, body: &str) -> Option<String> {
        self.server.try_send(&format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncookie: {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.cookie,
            body.len()
        ))
    }
}

pub fn add_user(folder: &Path, email: &str, password: &str) -> Output {
    let arguments =
        ["user", "add", "--email", email, "--permission", "Billing Profiles Admin", "--password-stdin"];
    let mut child = program(folder).args(arguments).stdin(Stdio::piped()).spawn().unwrap();
    // Who refuses the address ends without reading the password.
    let _ = child.stdin.take().unwrap().write_all(password.as_bytes());
    child.wait_with_output().unwrap()
}
