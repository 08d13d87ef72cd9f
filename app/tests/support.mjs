// The real server, a real browser, and a team made through the API.

import { spawn, spawnSync } from 'node:child_process';
import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import axe from 'axe-core';
import { chromium } from 'playwright-core';

const root = path.resolve(import.meta.dirname, '../..');
/** Where what is built goes, and what is made while testing. */
export const target = path.resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');
const program = process.env.DAYBOOK_PROGRAM ?? path.join(target, 'debug/daybook');
const PASSWORD = 'a password that is long enough';
export const PIN = '246813';

/** A browser of this machine. */
export function browserPath() {
  const found = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    (one) => one && existsSync(one),
  );
  if (!found) throw new Error('Chromium is missing: type scripts/need app');
  return found;
}

const settings = () => ({
  executablePath: browserPath(),
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
  ],
});

export const launch = () => chromium.launch(settings());

/** A browser with one profile, kept in this folder: what is more than a visit, such as a push, works there alone. */
export const launchWith = (folder, options) => chromium.launchPersistentContext(folder, { ...settings(), ...options });

/** A team that was made once, at rest in a folder: a walk begins on a copy of it, sooner there than made anew. */
let kept;
process.once('exit', () => kept && rmSync(kept.folder, { recursive: true, force: true }));
// Well before its sessions end.
const isFresh = () => kept !== undefined && Date.now() - kept.made < 3 * 60_000;

async function keep() {
  const server = await Server.start({}, false);
  const team = await server.makeTeam();
  await server.rest();
  await server.wire.close();
  if (kept) rmSync(kept.folder, { recursive: true, force: true });
  kept = { folder: server.folder, team, made: Date.now() };
}

/** A server on a database of its own. */
export class Server {
  /** With settings of its own it begins with nothing; else with a team in it, which `team` hands over. */
  static async start(settings = {}, withTeam = Object.keys(settings).length === 0) {
    if (withTeam && !isFresh()) await keep();
    const server = new Server();
    server.folder = mkdtempSync(path.join(tmpdir(), 'daybook-walk-'));
    if (withTeam) {
      cpSync(kept.folder, server.folder, { recursive: true });
      server.made = kept.team;
    }
    server.env = {
      ...process.env,
      DAYBOOK_DATABASE: `sqlite:${server.folder}/daybook.db`,
      DAYBOOK_KEYS: `${server.folder}/daybook.keys`,
      DAYBOOK_LISTEN: '127.0.0.1:0',
      DAYBOOK_LOG: 'error',
      DAYBOOK_REQUIRE_SECOND_FACTOR: 'none',
      ...settings,
    };
    await server.#run();
    return server;
  }

  async #run() {
    this.child = spawn(program, ['serve'], { env: this.env, stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = readline.createInterface({ input: this.child.stdout });
    this.address = await new Promise((resolve, reject) => {
      lines.once('line', (line) => resolve(line.trim().replace('listening on ', '')));
      this.child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
    if (this.wire) {
      // The server came back at another port: the phone's wire leads there.
      this.wire.to = Number(new URL(this.address).port);
      this.wire.heal();
      return;
    }
    // A wire between the phone and the server that can be cut, as signal is lost: no error, no answer.
    this.wire = new Wire(Number(new URL(this.address).port));
    await this.wire.open();
    // A secure cookie is kept for localhost alone.
    this.url = `http://localhost:${this.wire.port}`;
  }

  async stop() {
    this.child.removeAllListeners('exit');
    this.child.kill('SIGKILL');
    await this.wire.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Ends in order: what it knew is on the disk. */
  async rest() {
    this.child.removeAllListeners('exit');
    this.child.kill('SIGTERM');
    await new Promise((ended) => this.child.once('exit', ended));
  }

  /**
   * As if so much time had passed: what is due for alerts is due so much earlier. The server is stopped
   * meanwhile, and goes on afterwards with what it finds.
   */
  async passes(minutes) {
    await this.rest();
    const columns = ['raised_at', 'acknowledge_by', 'acknowledged_at', 'decide_by', 'next_due_at'];
    const sets = columns.map((name) => `${name} = ${name} - ${minutes * 60_000_000}`).join(', ');
    const done = spawnSync('python3', [
      '-c',
      'import sqlite3, sys\nwith sqlite3.connect(sys.argv[1]) as db: db.execute(sys.argv[2])',
      `${this.folder}/daybook.db`,
      `UPDATE alerts SET ${sets}`,
    ]);
    if (done.status !== 0) throw new Error(String(done.stderr));
    await this.#run();
  }

  async call(method, where, body, token) {
    const answer = await fetch(`${this.address}/api/v1${where}`, {
      method,
      headers: { ...(body ? { 'Content-Type': 'application/json' } : {}), ...(token ? { Authorization: `Bearer ${token}` } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${where}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  /** A manager made from the command line: nobody has let them in, so to any other they are a second person. */
  async founder(name) {
    const email = `${name.toLowerCase()}@example.org`;
    const made = spawnSync(
      program,
      ['account', 'create', '--role', 'service_manager', '--name', name, '--email', email, '--password-stdin', '--authority', 'Northbrook'],
      { env: this.env, input: PASSWORD },
    );
    if (made.status !== 0) throw new Error(String(made.stderr));
    const session = await this.call('POST', '/sessions', { email, password: PASSWORD });
    return { id: session.account.id, token: session.access_token, email, password: PASSWORD };
  }

  /** A pod with everybody in it, and a family member who has a code and a match. */
  async team() {
    const team = this.made ?? (await this.makeTeam());
    const { manager, mentor } = team;
    const matched = async () => {
      const people = (await this.call('GET', '/accounts?limit=200', undefined, manager)).items;
      const sam = people.find((one) => one.display_name === 'Sam');
      const match = await this.call('POST', '/matches', { family_member_id: sam.id, peer_mentor_id: mentor.id }, manager);
      return { sam: sam.id, conversation: match.conversation_id };
    };
    return { ...team, matched, invite: (body) => this.call('POST', '/invitations', body, manager) };
  }

  async makeTeam() {
    const manager = (await this.founder('Maryam')).token;
    const pod = (await this.call('POST', '/pods', { name: 'Crewe North', area: 'Crewe' }, manager)).id;
    const invite = (body) => this.call('POST', '/invitations', body, manager);
    const join = async (role, name, more = {}) => {
      const email = `${name.toLowerCase()}@example.org`;
      const { code } = await invite({ role, display_name: name, pod_id: pod, email, ...more });
      const session = await this.call('POST', '/invitations/accept', { code, password: PASSWORD });
      return { id: session.account.id, token: session.access_token, email, password: PASSWORD };
    };
    const supervisor = await join('supervising_social_worker', 'Ruth');
    await this.call('PUT', `/pods/${pod}/supervising-social-worker`, { account_id: supervisor.id }, manager);
    const deputy = await join('supervising_social_worker', 'Dev');
    await this.call('PUT', `/pods/${pod}/cover`, { deputies: [deputy.id] }, manager);
    const mentor = await join('peer_mentor', 'Jo');
    const family = (await this.call('POST', '/families', { pod_id: pod, reference: 'NB-1' }, manager)).id;
    const { code } = await invite({ role: 'family_member', display_name: 'Sam', family_id: family, kind: 'young_person' });
    return { manager, pod, supervisor, deputy, mentor, family, code };
  }

  say(who, conversation, body) {
    return this.call('POST', `/conversations/${conversation}/messages`, { id: newId(), body }, who.token);
  }
}

export function newId() {
  const hex = Date.now().toString(16).padStart(12, '0');
  const rest = randomUUID().slice(15);
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${rest}`;
}

/** Another family with one member, who has joined and is matched with the mentor. */
export async function another(server, team, name, reference) {
  const family = (await server.call('POST', '/families', { pod_id: team.pod, reference }, team.manager)).id;
  const { code } = await team.invite({ role: 'family_member', display_name: name, family_id: family, kind: 'parent' });
  const session = await server.call('POST', '/invitations/accept', { code, password: PIN });
  const id = session.account.id;
  const match = await server.call('POST', '/matches', { family_member_id: id, peer_mentor_id: team.mentor.id }, team.manager);
  return { id, token: session.access_token, family, conversation: match.conversation_id, match: match.id };
}

/** A browser's subscription at a push service that answers nobody. */
export function subscription() {
  const keys = createECDH('prime256v1');
  keys.generateKeys();
  const text = (bytes) => bytes.toString('base64url');
  return {
    endpoint: `https://updates.push.services.mozilla.com/wpush/v2/${text(randomBytes(16))}`,
    expirationTime: null,
    keys: { p256dh: text(keys.getPublicKey()), auth: text(randomBytes(16)) },
  };
}

/** A mail server and a phone hook that take whatever comes, and the settings that name them. */
export async function outside() {
  const came = { mail: '', phone: '' };
  const mail = net.createServer((socket) => {
    let lines = '';
    let inLetter = false;
    const says = (line) => socket.write(`${line}\r\n`);
    says('220 here');
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      lines += bytes;
      const whole = lines.split('\r\n');
      lines = whole.pop();
      for (const line of whole) {
        if (inLetter && line !== '.') came.mail += `${line}\n`;
        else if (inLetter) says('250 taken');
        else says(/^DATA/i.test(line) ? '354 go on' : /^QUIT/i.test(line) ? '221 bye' : '250 yes');
        inLetter = inLetter ? line !== '.' : /^DATA/i.test(line);
      }
    });
  });
  const hook = http.createServer(async (request, response) => {
    for await (const bytes of request) came.phone += bytes;
    response.end();
  });
  const listens = (server) => new Promise((ready) => server.listen(0, '127.0.0.1', () => ready(server.address().port)));
  const settings = {
    DAYBOOK_SMTP_URL: `smtp://127.0.0.1:${await listens(mail)}`,
    DAYBOOK_MAIL_FROM: 'Daybook <daybook@example.org>',
    DAYBOOK_PHONE_HOOK_URL: `http://127.0.0.1:${await listens(hook)}/`,
    DAYBOOK_PHONE_HOOK_KEY: randomBytes(16).toString('hex'),
  };
  /** The code that came last in this way. */
  const code = async (way) => {
    let found;
    await until(`a code by ${way}`, () => (found = came[way].match(/Your code is (\S+)\./)?.[1]));
    came[way] = '';
    return found;
  };
  const stop = () => {
    mail.close();
    hook.close();
  };
  return { settings, code, stop };
}

/** Passes bytes on, until it is cut: then what leaves goes nowhere and nothing comes back. */
export class Wire {
  constructor(to, slow) {
    /** A slow network: bytes in a second each way, milliseconds one way, and of a new connection more. */
    this.slow = slow;
    this.to = to;
    this.cut = false;
    this.sockets = new Set();
  }

  open() {
    this.server = net.createServer((near) => {
      const far = net.connect(this.to, '127.0.0.1');
      for (const one of [near, far]) {
        this.sockets.add(one);
        one.on('error', () => undefined);
        one.on('close', () => {
          this.sockets.delete(one);
          near.destroy();
          far.destroy();
        });
      }
      const up = this.#pace(near, far);
      const down = this.#pace(far, near);
      near.on('data', (bytes) => this.cut === true || up(bytes));
      far.on('data', (bytes) => this.cut !== false || down(bytes));
    });
    return new Promise((resolve) => {
      this.server.listen(0, '127.0.0.1', () => {
        this.port = this.server.address().port;
        resolve();
      });
    });
  }

  /** How bytes go on: at once, or as a slow network passes them. */
  #pace(from, to) {
    if (!this.slow) return (bytes) => to.write(bytes);
    const { perSecond, oneWay, connecting } = this.slow;
    let free = Date.now() + connecting / 2;
    return (bytes) => {
      free = Math.max(free, Date.now()) + (bytes.length / perSecond) * 1000;
      setTimeout(() => to.writable && to.write(bytes), free + oneWay - Date.now());
    };
  }

  /** Bytes still leave for the server, and no answer comes back. */
  loseAnswers() {
    this.cut = 'answers';
  }

  /** What was lost stays lost; new connections work again. */
  heal() {
    this.cut = false;
    for (const one of this.sockets) one.destroy();
  }

  close() {
    this.heal();
    return new Promise((resolve) => this.server.close(resolve));
  }
}

/** The demo: what it printed, and where it serves. */
export async function demo() {
  const folder = mkdtempSync(path.join(tmpdir(), 'daybook-demo-'));
  const child = spawn(program, ['demo'], {
    env: { ...process.env, TMPDIR: folder, DAYBOOK_LISTEN: '127.0.0.1:0', DAYBOOK_LOG: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed = [];
  for await (const line of readline.createInterface({ input: child.stdout })) {
    if (line.startsWith('listening on ')) break;
    printed.push(line);
  }
  const stop = () =>
    new Promise((resolve) => {
      child.once('exit', () => {
        rmSync(folder, { recursive: true, force: true });
        resolve();
      });
      child.kill('SIGTERM');
    });
  return { printed, stop };
}

/** A phone: 360 by 640, with a storage of its own. */
export async function phone(browser, server, options = {}) {
  const context = await browser.newContext({ viewport: { width: 360, height: 640 }, deviceScaleFactor: 2, ...options });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    // That a call was refused or lost is what several walks are about.
    if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(message.text())) errors.push(message.text());
  });
  return { context, page, errors, url: server.url };
}

/** Chooses a PIN, as a person taps: it is asked for twice. */
export async function choosePin(page) {
  await page.getByLabel('PIN').fill(PIN);
  await page.getByRole('button', { name: 'OK' }).click();
  await page.getByRole('heading', { name: 'Put in the PIN again' }).waitFor();
  await page.getByLabel('PIN').fill(PIN);
  await page.getByRole('button', { name: 'OK' }).click();
}

/** Joins with a code, as a person taps. */
export async function join(page, server, code, shared = false) {
  await page.goto(`${server.url}/#${code}`);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'I understand' }).click();
  await page.getByRole('button', { name: shared ? 'Yes' : 'No', exact: true }).click();
  await choosePin(page);
  await page.getByText('Hello Sam').waitFor();
}

export async function unlock(page, pin = PIN) {
  await page.getByLabel('Put in your PIN').fill(pin);
  await page.getByRole('button', { name: 'OK' }).click();
}

export async function signIn(page, server, who) {
  await page.goto(server.url);
  await page.getByRole('button', { name: 'I work here: sign in' }).click();
  await page.getByLabel('E-mail').fill(who.email);
  await page.getByLabel('Password').fill(who.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Nothing that axe finds, and nothing that must be scrolled sideways. */
export async function hasNoBarriers(page, where) {
  // Once a page is enough: it is half a megabyte.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  // What can be scrolled clear of a bar that stays in sight is not covered by it.
  const bars = (position) => page.locator('.bar, .parts, .tabs').evaluateAll((all, how) => all.forEach((one) => (one.style.position = how)), position);
  await bars('static');
  const found = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] }),
  );
  await bars('');
  const said = found.violations.map((one) => `${where}: ${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`);
  assert.deepEqual(said, []);
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= room, `${where} scrolls sideways: ${wide} > ${room}`);
}

/** Walks of one file: they share a browser, and each has a server, a team and a phone of its own. */
export function walks() {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());
  return (name, steps, options = {}) =>
    test(name, { timeout: 120_000 }, async () => {
      const server = await Server.start();
      try {
        const team = await server.team();
        const opened = [];
        /** Another phone, of somebody else; what goes wrong on its page ends the walk too. */
        const another = async (more = {}) => {
          const one = await phone(browser, server, { locale: 'en-GB', ...more });
          opened.push(one);
          return one;
        };
        const here = await another(options);
        await steps({ server, team, browser, another, ...here });
        assert.deepEqual(opened.flatMap((one) => one.errors), []);
        await Promise.all(opened.map((one) => one.context.close()));
      } finally {
        await server.stop();
      }
    });
}

/** Asks again until it is so, or long enough. */
export async function until(what, so) {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await so()) return;
    await new Promise((next) => setTimeout(next, 25));
  }
  assert.fail(`${what}: not after ten seconds`);
}
