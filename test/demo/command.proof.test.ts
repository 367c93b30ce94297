import { expect, it } from "vitest";
import { runDemo, startDemo } from "./running-demo.ts";

const patienceMs = 120_000;

it.concurrent("plays the main scenario as a transcript, and ends with 0", {
  timeout: patienceMs,
}, async () => {
  const { code, stdout, stderr, left } = await runDemo(["--once"]);
  expect({ code, stderr, left }).toEqual({ code: 0, stderr: "", left: [] });
  const inOrder = [
    "Decisions are kept in",
    "✋ Waiting: checkout-api in prod",
    "[Continue] [Roll back]",
    "Theo Roy presses Continue",
    "Only @oncall can continue",
    "Mara Lind presses Continue",
    "Only Jun Park reads",
    "was not sent",
    "✅ Done: checkout-api in prod",
    "Calls that changed something in AWS: 1",
    "ContinueServiceDeployment (checkout-api · CONTINUE): 200",
  ];
  const places = inOrder.map((words) => stdout.indexOf(words));
  expect(places).not.toContain(-1);
  expect(places.toSorted((a, b) => a - b)).toEqual(places);
});

it.concurrent("says where it is and where decisions are kept, and leaves nothing behind after Ctrl-C", {
  timeout: patienceMs,
}, async () => {
  const demo = await startDemo();
  expect(demo.stdout().match(/http:\/\/\S+/g)).toEqual([demo.url]);
  expect(demo.stdout()).toContain("Decisions are kept in");
  expect((await fetch(demo.url)).status).toBe(200);
  const { code, stderr, left } = await demo.stop("SIGINT");
  expect({ code, stderr, left }).toEqual({ code: 0, stderr: "", left: [] });
  await expect(fetch(demo.url)).rejects.toThrow("fetch failed");
});
