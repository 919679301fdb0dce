// The official client for JavaScript against a running simulator: node check.mjs BASE_URL KEY
import OpenAI from 'openai';
import assert from 'node:assert/strict';

const [baseURL, adminAPIKey] = process.argv.slice(2);
const { organization } = new OpenAI({ baseURL, adminAPIKey, apiKey: 'unused', maxRetries: 0 }).admin;
const today = Math.floor(Date.now() / 86_400_000) * 86_400;
const start_time = today - 20 * 86_400;

async function buckets(ask, query) {
  const all = [];
  let page;
  do {
    const answer = await ask({ ...query, page });
    all.push(...answer.data);
    page = answer.has_more ? answer.next_page : undefined;
  } while (page);
  return all;
}

const costs = await buckets((query) => organization.usage.costs(query), { start_time, group_by: ['project_id', 'line_item'], limit: 6 });
assert.equal(costs.length, 21);
assert.ok(costs.every((bucket, at) => at === 0 || bucket.start_time === costs[at - 1].end_time));
assert.ok(costs.flatMap((bucket) => bucket.results).some((row) => row.line_item?.includes('cached input')));

for (const name of [
  'completions', 'embeddings', 'moderations', 'images', 'audioSpeeches', 'audioTranscriptions', 'vectorStores',
  'codeInterpreterSessions', 'fileSearchCalls', 'webSearchCalls',
]) {
  const rows = (await buckets((query) => organization.usage[name](query), { start_time, bucket_width: '1d', group_by: ['project_id'], limit: 5 }))
    .flatMap((bucket) => bucket.results);
  assert.ok(rows.length > 0 && rows.every((row) => row.project_id?.startsWith('proj_')), name);
}

const { data: [hour] } = await organization.usage.completions({ start_time, bucket_width: '1h', limit: 1 });
assert.deepEqual([hour.start_time, hour.end_time], [start_time, start_time + 3600]);

const projects = [];
for await (const project of organization.projects.list({ include_archived: true, limit: 2 })) projects.push(project);
assert.equal(projects.length, 3);
let keys = 0;
for (const project of projects) for await (const _ of organization.projects.apiKeys.list(project.id, { limit: 1 })) keys += 1;
assert.equal(keys, 6);
const users = [];
for await (const user of organization.users.list({ limit: 3 })) users.push(user);
assert.equal(users.length, 4);
const adminKeys = [];
for await (const key of organization.adminAPIKeys.list({ limit: 1 })) adminKeys.push(key);
assert.equal(adminKeys.length, 2);

const refused = new OpenAI({ baseURL, adminAPIKey: 'sk-admin-unknown', apiKey: 'unused', maxRetries: 0 });
await assert.rejects(() => refused.admin.organization.usage.costs({ start_time }), (error) => error.status === 401 && error.code === 'invalid_api_key');
console.log('the official client for JavaScript lists costs, all usage, projects, keys and users');
