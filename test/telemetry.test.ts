import { describe, expect, it } from "vitest";
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
