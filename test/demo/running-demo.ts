/** The demo as `npm run demo` starts it, in a process of its own with a temporary directory of its own. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const startMs = 60_000;
const stopMs = 40_000;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What it left in its temporary directory. The loader's cache is no part of the demo. */
  readonly left: readonly string[];
}

export interface RunningDemo {
  readonly url: string;
  readonly stdout: () => string;
  stop(signal: "SIGINT" | "SIGTERM"): Promise<Ended>;
}

async function launch(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), "demo-test-"));
  await shareLoaderCache(folder);
  const child = spawn(process.execPath, ["--import", "tsx", "demo/main.ts", ...args], {
    cwd: root,
    env: { PATH: process.env.PATH ?? "", TMPDIR: folder, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  const told = new Set<() => void>();
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    for (const look of [...told]) look();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = once(child, "close").then(async (): Promise<Ended> => {
    const left = (await readdir(folder)).filter((name) => name.includes("holdpoint"));
    await rm(folder, { recursive: true, force: true });
    return { code: child.exitCode, stdout, stderr, left };
  });
  return { child, ended, told, stdout: () => stdout };
}

/** tsx keeps what it has compiled in the temporary directory: with an empty one each start compiles the program again. */
async function shareLoaderCache(folder: string): Promise<void> {
  const name = `tsx-${userInfo().uid}`;
  await mkdir(join(tmpdir(), name), { recursive: true });
  await symlink(join(tmpdir(), name), join(folder, name));
}

/** Runs until it ends by itself. */
export async function runDemo(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return (await launch(args, environment)).ended;
}

export async function startDemo(environment: Readonly<Record<string, string>> = {}): Promise<RunningDemo> {
  const { child, ended, told, stdout } = await launch([], { PORT: "0", ...environment });
  const url = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill();
      reject(new Error(`the demo printed no URL within ${startMs} ms, but: ${stdout()}`));
    }, startMs);
    told.add(() => {
      // The last line: everything has been said then.
      if (!stdout().includes("Ctrl-C")) return;
      const found = /http:\/\/\S+/.exec(stdout())?.[0];
      if (found !== undefined) resolve(found);
      clearTimeout(late);
    });
    void ended.then(({ stderr }) => reject(new Error(`the demo ended: ${stderr}`)));
  });
  return {
    url,
    stdout,
    stop: async (signal) => {
      child.kill(signal);
      const late = setTimeout(() => child.kill("SIGKILL"), stopMs);
      const end = await ended;
      clearTimeout(late);
      return end;
    },
  };
}
