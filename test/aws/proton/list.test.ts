import { afterEach, beforeEach, expect, it } from "vitest";
import { whyText } from "../../../src/aws/client/why.ts";
import { endOfSupport } from "../../../src/aws/proton/end-of-support.ts";
import { place } from "../stage.ts";
import { everyKind, minute, type ProtonStage, setProtonStage } from "./stage.ts";

let stage: ProtonStage;
beforeEach(async () => {
  stage = await setProtonStage();
});
afterEach(() => stage.close());

const list = (wanted: (target: string) => boolean = () => true) =>
  stage.system.list(place.account, place.region, wanted);
const denied = { kind: "error", when: "before", name: "AccessDeniedException", status: 400 } as const;

async function listed(wanted?: (target: string) => boolean): Promise<readonly string[]> {
  const listing = await list(wanted);
  if (listing.kind !== "listed") throw new Error(listing.why);
  return listing.refs.map(({ id }) => id).toSorted();
}

it("lists what is in progress of every kind, also while it is cancelled, and nothing that rests", async () => {
  expect(await listed()).toEqual([]);
  const refs = everyKind.map((kind) => stage.deploy(kind));
  stage.proton.console.cancel(stage.arns.component);
  expect(await listed()).toEqual(refs.map(({ id }) => id).toSorted());
  stage.clock.advance(60 * minute);
  expect(await listed()).toEqual([]);
});

it("lists a pipeline, an environment and a component of one name as three, and looks at each as what it is", async () => {
  const name = "payments";
  const whiches = ["Proton component", "Proton environment", "Proton service pipeline"];
  const resources = [
    { kind: "component", name },
    { kind: "environment", name },
    { kind: "service-pipeline", serviceName: name },
  ] as const;
  for (const resource of resources) stage.proton.deploy(stage.proton.create(place, resource));
  const listing = await list((target) => target === name);
  if (listing.kind !== "listed") throw new Error(listing.why);
  expect(listing.targets).toEqual(whiches.map((which) => ({ target: name, qualifiedTarget: name, which })));
  const seen = await Promise.all(listing.refs.map((ref) => stage.look(ref)));
  expect(new Set(seen.map(({ which }) => which))).toEqual(new Set(whiches));
});

it("goes over all pages", async () => {
  const ids = Array.from({ length: 230 }, (_, index) => {
    const of = {
      kind: "service-instance",
      serviceName: `service-${index % 120}`,
      name: `i-${index}`,
    } as const;
    const id = stage.proton.deploy(stage.proton.create(place, of));
    return `service/${of.serviceName}/service-instance/${of.name}#${id}`;
  });
  expect(await listed()).toEqual(ids.toSorted());
  expect(stage.aws.calls.all({ operation: "ListServiceInstances" })).toHaveLength(3);
  expect(stage.aws.calls.all({ operation: "ListServices" })).toHaveLength(2);
  expect(stage.aws.calls.all({ operation: "GetService" })).toHaveLength(121);
});

it("reads and returns only what a route would show", async () => {
  const [pipeline] = everyKind.map((kind) => stage.deploy(kind));
  const other = { kind: "service-pipeline", serviceName: "payments" } as const;
  stage.proton.deploy(stage.proton.create(place, other));
  expect(await listed((target) => target === "orders")).toEqual([pipeline?.id]);
  expect(stage.aws.calls.all({ operation: "GetService" })).toHaveLength(1);
  expect(await listed((target) => target === "nothing")).toEqual([]);
  expect(stage.aws.calls.all({ operation: "GetService" })).toHaveLength(1);
});

it.each(["ListServices", "ListServiceInstances", "ListEnvironments", "ListComponents"])(
  "returns what it found when %s is denied, and logs it once",
  async (operation) => {
    for (const kind of everyKind) stage.deploy(kind);
    for (let sweep = 0; sweep < 3; sweep += 1) {
      stage.aws.faults.next({ operation }, denied);
      expect(await listed()).toHaveLength(3);
    }
    expect(stage.logs.filter(({ level }) => level === "warn")).toMatchObject([
      { fields: { why: `access denied (proton:${operation}); AWS ended support for Proton on 2026-10-07` } },
    ]);
  },
);

it("says why nothing could be listed", async () => {
  stage.deploy("environment");
  stage.aws.faults.next({ service: "proton" }, denied, Number.POSITIVE_INFINITY);
  expect(await list()).toMatchObject({
    kind: "unreadable",
    why: "access denied (proton:ListServiceInstances); AWS ended support for Proton on 2026-10-07",
  });
});

it.each([
  ["ENOTFOUND", "getaddrinfo"],
  ["EAI_AGAIN", "getaddrinfo"],
  ["ECONNREFUSED", "connect"],
])("names the end of support where the endpoint answers with %s", (code, syscall) => {
  const error = Object.assign(new Error(`${syscall} ${code} proton.eu-west-1.amazonaws.com`), {
    code,
    syscall,
  });
  expect(whyText(error, "proton:GetService")).toBe("AWS can't be reached (proton:GetService)");
  expect(endOfSupport(error)).toBe("AWS ended support for Proton on 2026-10-07");
});

it("does not blame the end of support for a throttled call", () => {
  const error = Object.assign(new Error("slow down"), { name: "ThrottlingException" });
  expect(whyText(error, "proton:GetService")).toBe("AWS throttles the calls (proton:GetService)");
  expect(endOfSupport(error)).toBeUndefined();
});

it("can't list an account that is not configured", async () => {
  expect((await stage.system.list("999988887777", place.region, () => true)).kind).toBe("unreadable");
});
