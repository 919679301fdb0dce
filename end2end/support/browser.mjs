// The browser of the tests and of the benchmarks.
import { existsSync } from 'node:fs';

/** The first is Chromium without a window's parts: a test takes half the time. */
const installed = ['chromium-headless-shell', 'chromium', 'google-chrome'].map((name) => `/usr/bin/${name}`);

/** Its path: what CHROMIUM names, or what is installed. */
export const browser = process.env.CHROMIUM ?? installed.find((path) => existsSync(path));
