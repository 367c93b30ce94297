import { createServer } from "node:net";
import { expect, it } from "vitest";
import { listen } from "../../demo/ports.ts";
import { runDemo } from "./running-demo.ts";

const patienceMs = 120_000;

it.concurrent("names a port that is in use", { timeout: patienceMs }, async () => {
  const other = createServer();
  const port = await listen(other, 0);
  const { code, stderr, left } = await runDemo([], { PORT: String(port) });
  other.close();
  expect({ code, stderr, left }).toEqual({
    code: 1,
    stderr: `Port ${port} is in use. Choose another one with PORT.\n`,
    left: [],
  });
});

it.concurrent("explains itself", { timeout: patienceMs }, async () => {
  const { code, stdout, stderr } = await runDemo(["--help"], {});
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("Usage: npm run demo");
});

it.concurrent.each([
  ["a PORT that is none", [], { PORT: "many" }, 1, "PORT=many is not a port"],
  ["an argument that it does not know", ["--twice"], {}, 2, "Usage: npm run demo"],
])("refuses %s", { timeout: patienceMs }, async (_what, args, environment, wanted, words) => {
  const { code, stderr } = await runDemo(args, environment);
  expect(code).toBe(wanted);
  expect(stderr).toContain(words);
});
