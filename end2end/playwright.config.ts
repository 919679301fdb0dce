import { defineConfig } from '@playwright/test';
import { browser } from './support/browser.mjs';

// Every test starts its own simulator and server (support/lens.ts), so tests share nothing and run side by side.
export default defineConfig({
  testDir: 'tests',
  outputDir: 'results',
  fullyParallel: true,
  workers: 2,
  forbidOnly: !!process.env.CI,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000, toMatchAriaSnapshot: { pathTemplate: 'snapshots/{arg}{ext}' } },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    timezoneId: 'America/Los_Angeles', // Days are UTC days whatever the browser's zone is.
    reducedMotion: 'reduce',
    // Taking it slows every test: `npx playwright test FILE:LINE --trace on` looks into one.
    trace: 'off',
    launchOptions: {
      executablePath: browser,
      args: [
        '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync',
      ],
    },
  },
});
