import { describe, expect, it, vi } from "vitest";
import { StoreError } from "../src/handlers/store/store.ts";
import { createTelemetry } from "../src/telemetry.ts";

function recording(secrets: readonly string[] = []) {
  const lines: string[] = [];
  const telemetry = createTelemetry({ level: "info", secrets, write: (line) => lines.push(line) });
  return { telemetry, lines, parsed: () => lines.map((line): unknown => JSON.parse(line)) };
}

describe("log lines", () => {
  it("are JSON with a level, a static message and fields", () => {
    const { telemetry, parsed } = recording();
    telemetry.log("warn", "card not shown", { deployment: "L/D" });
    expect(parsed()).toMatchObject([{ level: "warn", msg: "card not shown", deployment: "L/D" }]);
  });

  it("stay silent below their level", () => {
    const { telemetry, lines } = recording();
    telemetry.log("debug", "detail");
    expect(lines).toEqual([]);
  });

  it("carry the cause of an error", () => {
    const { telemetry, lines } = recording();
    telemetry.log("error", "job failed", { error: new Error("outer", { cause: new Error("inner") }) });
    expect(lines[0]).toContain("outer");
    expect(lines[0]).toContain("inner");
  });

  it.each(["botToken", "externalId", "signingSecret", "authorization"])("hide the field %s", (field) => {
    const { telemetry, lines } = recording();
    telemetry.log("info", "message", {
      [field]: "abc",
      config: { [field]: "abc", deeper: { [field]: "abc" } },
    });
    expect(lines[0]).not.toContain("abc");
  });

  it("name the command of an error of Redis without its arguments, however deep the error lies", () => {
    const { telemetry, lines } = recording();
    const refused = Object.assign(new Error("WRONGPASS"), { command: { name: "auth", args: ["abc123"] } });
    telemetry.log("warn", "Redis unavailable", { error: refused });
    telemetry.log("warn", "job failed", { error: new Error("outer", { cause: refused }) });
    expect(lines.map((line) => line.includes("auth"))).toEqual([true, true]);
    expect(lines.join("")).not.toContain("abc123");
    expect(refused.command.args).toEqual(["abc123"]);
  });

  it("hide a secret wherever it turns up", () => {
    const { telemetry, lines } = recording(['xoxb-"secret"', "s3cr3t-id"]);
    telemetry.log("error", 'refused: xoxb-"secret"', {
      error: new Error("for s3cr3t-id"),
      list: ["s3cr3t-id"],
    });
    expect(lines[0]).not.toMatch(/xoxb-|s3cr3t-id/);
    expect(lines[0]).toContain("refused: [secret]");
  });
});

describe("a flood of log lines", () => {
  it("is cut, counted and told, and hides no other line", async () => {
    vi.useFakeTimers({ toFake: ["performance", "setTimeout"] });
    const { telemetry, parsed } = recording();
    for (let i = 0; i < 1_000; i += 1)
      telemetry.log("warn", "request rejected", { error: new Error("wrong signature"), attempt: i });
    telemetry.log("warn", "request rejected", { error: new Error("too large") });
    telemetry.log("warn", "another message");
    expect(parsed()).toHaveLength(12);
    await vi.advanceTimersByTimeAsync(60_000);
    vi.useRealTimers();
    expect(parsed().at(-1)).toMatchObject({
      level: "warn",
      msg: "log lines suppressed",
      of: "request rejected",
      count: 990,
    });
    telemetry.log("warn", "request rejected", { error: new Error("wrong signature") });
    expect(parsed()).toHaveLength(14);
    expect(await telemetry.metricsText()).toContain('holdpoint_log_lines_suppressed_total{level="warn"} 990');
  });

  it("is cut even if each line has another cause", () => {
    const { telemetry, lines } = recording();
    for (let i = 0; i < 1_000; i += 1)
      telemetry.log("error", "job failed", { error: new Error(`unreadable: ${i}`) });
    expect(lines).toHaveLength(60);
  });

  it("never leaves out a line whose correlation id a person was shown", () => {
    const { telemetry, lines } = recording();
    for (let i = 0; i < 100; i += 1) telemetry.log("error", "click failed", { correlationId: `c${i}` });
    expect(lines).toHaveLength(100);
  });
});

describe("the stack of an error", () => {
  const bug = new TypeError("x is undefined", { cause: new Error("inner") });
  const away = new StoreError("Redis did not answer: view", { cause: new Error("OOM") });

  it.each([
    ["is logged for a bug", "error", bug, true],
    ["is left out below the level error", "warn", bug, false],
    ["is left out if Redis is the cause", "error", away, false],
  ] as const)("%s", (_what, level, error, has) => {
    const { telemetry, lines } = recording();
    telemetry.log(level, "job failed", { error });
    expect(lines[0]).toContain(error.message);
    expect(lines[0]).toContain(error.cause instanceof Error ? error.cause.message : "no cause");
    expect(lines[0]?.includes("telemetry.test.ts")).toBe(has);
  });
});

describe("metrics", () => {
  it("count with labels and by more than one", async () => {
    const { telemetry } = recording();
    telemetry.count("events_queued", {}, 3);
    telemetry.count("events_queued");
    expect(await telemetry.metricsText()).toContain("holdpoint_events_queued_total 4");
  });

  it("have no name that was not declared: the compiler says so, and nothing is counted", async () => {
    const { telemetry } = recording();
    // @ts-expect-error
    telemetry.count("no_such_thing");
    // @ts-expect-error
    telemetry.observe("no_such_thing", 1);
    expect(await telemetry.metricsText()).not.toContain("no_such_thing");
  });

  it("leave out a label that was not declared", async () => {
    const { telemetry } = recording();
    telemetry.count("events_queued", { user: "U1" });
    expect(await telemetry.metricsText()).toContain("holdpoint_events_queued_total 1");
  });
});
