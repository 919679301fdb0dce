// The fixture of every test: an installation, a signed-in page, and what must hold whatever the test does.
import { test as base, expect, type ConsoleMessage, type Page } from '@playwright/test';
import { Lens, PASSWORD, type LensOptions } from './lens.js';

export { expect };

export const ADMIN = 'ada@example.com';
export const VIEWER = 'vic@example.com';

/** Every permission. */
const EVERYTHING = [
  'billing-profiles-admin', 'cloud-analytics-user', 'cloud-analytics-admin', 'assets-manager', 'support-requester', 'users-manager',
  'audit-log-viewer',
];

/** The only addresses that the product may ask for upstream. */
const ALLOWED_UPSTREAM = [
  /^\/v1\/organization\/costs$/,
  /^\/v1\/organization\/usage\/[a-z_]+$/,
  /^\/v1\/organization\/projects$/,
  /^\/v1\/organization\/projects\/[A-Za-z0-9_-]+\/api_keys$/,
  /^\/v1\/organization\/users$/,
  /^\/v1\/organization\/admin_api_keys$/,
];

type Fixtures = {
  lensOptions: LensOptions;
  lens: Lens;
  /** Statuses of refusals that the test provokes, 0 for a server that is down; every other console error fails it. */
  refusals: { expect(...statuses: number[]): void; expectError(text: RegExp): void; isExpected(message: ConsoleMessage): boolean };
  guard: void;
};

export const test = base.extend<Fixtures>({
  lensOptions: [{}, { option: true }],

  lens: async ({ lensOptions }, use) => {
    const lens = await Lens.start(lensOptions);
    await lens.addUser(ADMIN, ...EVERYTHING);
    await use(lens);
    const outside = (await lens.upstreamRequests()).filter(
      ({ method, path }) => method !== 'GET' || !ALLOWED_UPSTREAM.some((allowed) => allowed.test(path)),
    );
    expect(outside, 'requests upstream beyond GET on the listed paths').toEqual([]);
    await lens.stop();
  },

  baseURL: async ({ lens }, use) => use(lens.url),

  refusals: async ({}, use) => {
    const expected = new Set<number>();
    const errors: RegExp[] = [];
    await use({
      expectError: (text) => errors.push(text),
      expect: (...statuses) => statuses.forEach((status) => expected.add(status)),
      isExpected: (message) => {
        const status = message.text().match(/^Failed to load resource: the server responded with a status of (\d+)/)?.[1];
        const down = expected.has(0) && /net::ERR_(CONNECTION_REFUSED|EMPTY_RESPONSE|CONNECTION_RESET|SOCKET_NOT_CONNECTED)|^TypeError: Failed to fetch/.test(message.text());
        return down || errors.some((text) => text.test(message.text())) || (status !== undefined && expected.has(Number(status)));
      },
    });
  },

  guard: [
    async ({ context, refusals }, use) => {
      const faults: string[] = [];
      const watch = (page: Page) => {
        page.on('pageerror', (error) => faults.push(`page error: ${error.message}`));
        page.on('console', (message) => {
          if (message.type() === 'error' && !refusals.isExpected(message)) faults.push(`console: ${message.text()} ${message.location().url}`);
        });
      };
      context.pages().forEach(watch);
      context.on('page', watch);
      await context.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
          console.error(`CSP violation: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
        });
      });
      await use();
      expect(faults, 'faults in the browser').toEqual([]);
    },
    { auto: true },
  ],
});

export async function signIn(page: Page, email = ADMIN): Promise<void> {
  if (!page.url().includes('/login')) await page.goto('/login');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Sign in');
}
