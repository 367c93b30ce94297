import { describe, expect, it } from "vitest";
import { isOnePlace } from "../../src/bot/command/candidates.ts";
import { resolveTarget } from "../../src/bot/command/resolve-target.ts";
import { slips } from "../../src/handlers/names/similar.ts";
import type { ActiveEntry } from "../../src/handlers/store/queue.ts";

function entry(
  target: string,
  changes: Partial<ActiveEntry> & { readonly account?: string } = {},
): ActiveEntry {
  const { account = "111122223333", ...rest } = changes;
  return {
    key: { lane: "0".repeat(16), deployment: "0".repeat(10) },
    ref: { system: "ecs", account, region: "eu-west-1", id: target },
    ...{ target, accountName: "prod", state: "waiting", holdIds: [] },
    ...rest,
  };
}

const api = entry("checkout-api");
const staging = entry("checkout-api", { accountName: "staging", account: "444455556666" });
const worker = entry("checkout-worker");
const search = entry("Search");
const all = [api, staging, worker, search];

describe("resolveTarget", () => {
  it.each([
    ["checkout-worker", "exact", [worker]],
    ["checkout-api@prod", "exact", [api]],
    ["checkout-api@444455556666", "exact", [staging]],
    ["search", "exact", [search]],
    ["checkout-api", "exact", [api, staging]],
    ["checkout", "near", [api, staging, worker]],
    ["chekcout-worker", "near", [worker]],
    ["worker", "near", [worker]],
  ])("takes %j as %s", (name, kind, entries) => {
    expect(resolveTarget(name, all)).toEqual({ kind, entries });
  });

  it.each(["billing", "x", "", "@"])("finds nothing for %j", (name) => {
    expect(resolveTarget(name, all)).toEqual({ kind: "none" });
  });

  it("prefers what runs to what has ended", () => {
    const ended = entry("checkout-api", { state: "ended" });
    expect(resolveTarget("checkout-api", [ended, api])).toEqual({ kind: "exact", entries: [api] });
    expect(resolveTarget("checkout-api", [ended])).toEqual({ kind: "exact", entries: [ended] });
  });

  it("knows a target with and without what narrows it", () => {
    const blue = entry("shop", { qualifiedTarget: "shop/blue" });
    const green = entry("shop", { qualifiedTarget: "shop/green" });
    const shops = [blue, green, worker];
    expect(resolveTarget("shop/blue", shops)).toEqual({ kind: "exact", entries: [blue] });
    expect(resolveTarget("shop/green@prod", shops)).toEqual({ kind: "exact", entries: [green] });
    expect(resolveTarget("shop", shops)).toEqual({ kind: "exact", entries: [blue, green] });
    expect(resolveTarget("green", shops)).toEqual({ kind: "near", entries: [green] });
    expect(resolveTarget("shop/bleu", shops)).toEqual({ kind: "near", entries: [blue] });
    expect(isOnePlace([blue, green])).toBe(false);
    expect(isOnePlace([blue, { ...blue }])).toBe(true);
  });

  it("prefers, of what has ended, what can still be asked for something", () => {
    const old = entry("checkout/live", { state: "ended" });
    const newest = entry("checkout/live", { state: "ended", offered: { action: "revert", until: 1 } });
    expect(resolveTarget("checkout/live", [old, newest])).toEqual({ kind: "exact", entries: [newest] });
  });

  it("prefers the name as it is written", () => {
    expect(resolveTarget("Search", [entry("search"), search])).toEqual({ kind: "exact", entries: [search] });
  });
});

it("counts slips", () => {
  expect([slips("list", "list"), slips("lsit", "list"), slips("lis", "list"), slips("show", "list")]).toEqual(
    [0, 1, 1, 4],
  );
});
