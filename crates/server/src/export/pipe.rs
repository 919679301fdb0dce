//! A file on its way: written on a thread of its own, sent as fast as it is taken.

use std::error::Error;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::{Stream, StreamExt};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, Sender};

/// Bytes that are sent together.
const PART: usize = 64 * 1024;
/// Parts that wait for the client.
const AHEAD: usize = 4;
/// How long a client may take nothing before the file is given up: its thread is needed.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a file may take in all, however little of it is taken at a time.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// What is sent of a file.
enum Part {
    /// Its next bytes.
    Bytes(Bytes),
    /// All of it was sent. A channel that closes without saying so has lost the rest.
    End,
}

/// The end that is written to. It may be used on a thread that may wait, and nowhere else.
pub(super) struct Pipe {
    sender: Sender<io::Result<Part>>,
    runtime: Handle,
    buffer: Vec<u8>,
    ends: Instant,
}

/// The bytes that `write` writes, as they come. An error of it breaks the file off.
pub(super) fn stream<F>(write: F) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static
where
    F: FnOnce(&mut Pipe) -> io::Result<()> + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(AHEAD);
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let mut pipe =
            Pipe { sender, runtime, buffer: Vec::with_capacity(PART), ends: Instant::now() + LONGEST };
        if let Err(error) = write(&mut pipe).and_then(|()| pipe.send()).and_then(|()| pipe.put(Part::End)) {
            tracing::warn!(%error, "an export was broken off");
            // The client may be gone: then nobody needs to be told.
            let _ = pipe.runtime.block_on(tokio::time::timeout(PATIENCE, pipe.sender.send(Err(error))));
        }
    });
    let parts = futures::stream::unfold(Some(receiver), async |receiver| {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Ok(Part::Bytes(bytes))) => Some((Ok(bytes), Some(receiver))),
            Some(Ok(Part::End)) => None,
            Some(Err(error)) => Some((Err(error), None)),
            None => {
                Some((Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file was broken off")), None))
            }
        }
    });
    // Compression asks once more after the end, at which an unfolded stream panics.
    parts.fuse()
}

/// How the thread of a file waits for what others do: no longer than a file may take.
pub(super) struct Waiting {
    runtime: Handle,
    ends: Instant,
}

impl Waiting {
    /// Waits for what the database has to say, which may have vanished and say nothing.
    pub(super) fn wait<T, E>(&self, work: impl Future<Output = Result<T, E>>) -> io::Result<T>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let left = self.ends.saturating_duration_since(Instant::now());
        match self.runtime.block_on(tokio::time::timeout(left, work)) {
            Ok(done) => done.map_err(io::Error::other),
            Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "the file takes too long")),
        }
    }
}

impl Pipe {
    /// How this thread waits for others, while the pipe itself is written to.
    pub(super) fn waiting(&self) -> Waiting {
        Waiting { runtime: self.runtime.clone(), ends: self.ends }
    }

    fn send(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let part = std::mem::replace(&mut self.buffer, Vec::with_capacity(PART));
        self.put(Part::Bytes(part.into()))
    }

    fn put(&mut self, part: Part) -> io::Result<()> {
        let patience = PATIENCE.min(self.ends.saturating_duration_since(Instant::now()));
        let sent = self.runtime.block_on(tokio::time::timeout(patience, self.sender.send(Ok(part))));
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(io::Error::new(io::ErrorKind::BrokenPipe, "the client has gone")),
            Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes too long")),
        }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PART {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn bytes_come_as_they_are_written_and_an_error_is_no_end() {
        let whole: Vec<u8> = (0..300_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        for fails in [false, true] {
            let written = whole.clone();
            let parts = stream(move |pipe| {
                written.chunks(7).try_for_each(|chunk| pipe.write_all(chunk))?;
                if fails { Err(io::ErrorKind::Other.into()) } else { Ok(()) }
            });
            let parts: Vec<io::Result<Bytes>> = parts.collect().await;
            assert_eq!(parts.last().unwrap().is_err(), fails);
            let read: Vec<u8> = parts.into_iter().flatten().flatten().collect();
            assert_eq!(read == whole, !fails);
            assert!(whole.starts_with(&read));
        }
    }

    #[tokio::test]
    async fn a_file_whose_end_nobody_told_is_broken_off() {
        let mut parts = Box::pin(stream(|pipe| {
            pipe.write_all(&[0; PART])?;
            panic!("the writer is gone and says nothing");
        }));
        assert_eq!(parts.next().await.unwrap().unwrap().len(), PART);
        assert_eq!(parts.next().await.unwrap().unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert!(parts.next().await.is_none());
    }

    #[tokio::test]
    async fn what_has_ended_may_be_asked_again() {
        let mut parts = Box::pin(stream(|pipe| pipe.write_all(b"all")));
        assert_eq!(parts.next().await.unwrap().unwrap(), "all");
        for _ in 0..3 {
            assert!(parts.next().await.is_none());
        }
    }

    #[tokio::test]
    async fn a_client_that_goes_away_ends_the_writing() {
        let (told, tell) = tokio::sync::oneshot::channel();
        let parts = stream(move |pipe| {
            let error = loop {
                if let Err(error) = pipe.write_all(&[0; PART]) {
                    break error;
                }
            };
            let _ = told.send(error.kind());
            Err(error)
        });
        drop(parts);
        assert_eq!(tell.await.unwrap(), io::ErrorKind::BrokenPipe);
    }
}
