/** The pure part over answers that a fake would never give: what AWS may add, leave out, or say for the first time. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { factsOf, lostFacts, type Seen } from "../../../src/aws/proton/facts.ts";
import type { Own } from "../../../src/aws/proton/standing.ts";
import { recordSchema, standingSchema } from "../../../src/aws/proton/stored-detail.ts";
import type { Deployment } from "../../../src/handlers/deployment.ts";
import { asGone } from "../../../src/handlers/jobs/observe.ts";
import type { WordedDeployment } from "../../../src/handlers/words.ts";
import { inWords, lines, said } from "../in-words.ts";
import { sentencesIn } from "../sentences.ts";
import { refOf } from "./stage.ts";

const deployment = "5f0e2a11-0000-4000-8000-000000000001";
const resource = { kind: "service-instance", serviceName: "orders", name: "blue" } as const;
const ref = refOf(`service/orders/service-instance/blue#${deployment}`);
const at = new Date("2026-11-17T14:01:00Z");

const state = (major: string, minor: string, more: object = {}) => ({
  serviceInstance: {
    spec: "proton: ServiceSpec",
    templateName: "web-service",
    templateMajorVersion: major,
    templateMinorVersion: minor,
    ...more,
  },
});

function record(more: object): Own {
  const value = recordSchema.parse({
    ...{ id: deployment, environmentName: "main", createdAt: at, deploymentStatus: "IN_PROGRESS" },
    initialState: state("1", "4"),
    targetState: state("1", "5"),
    ...more,
  });
  return { kind: "read", value };
}

const standing = (more: object = {}) =>
  standingSchema.parse({
    deploymentStatus: "IN_PROGRESS",
    lastAttemptedDeploymentId: deployment,
    lastDeploymentAttemptedAt: at,
    ...more,
  });

function facts(rest: Partial<Seen> = {}): Deployment {
  return factsOf({ ref, place: { resource, deployment }, standing: standing(), own: record({}), ...rest });
}

const see = (rest?: Partial<Seen>): WordedDeployment => inWords(facts(rest));

const showing = (status: string, own: Own = { kind: "missing" }) =>
  see({ standing: standing({ deploymentStatus: status }), own });

const message = "stack is stuck";
const statuses = [
  ...["IN_PROGRESS", "CANCELLING", "CANCELLED", "SUCCEEDED", "FAILED"],
  ...["DELETE_IN_PROGRESS", "DELETE_COMPLETE", "DELETE_FAILED", "PAUSED"],
];
const owns: readonly Own[] = [
  record({ lastSucceededDeploymentId: "d0" }),
  { kind: "missing" },
  { kind: "unnamed" },
  { kind: "unknown", error: new Error("not today, said Proton") },
];
/** Every status with and without its record, as the newest deployment and as one that was replaced. */
const all: readonly Deployment[] = owns.flatMap((own) => [
  lostFacts({ ref, place: { resource, deployment }, own }),
  ...statuses.flatMap((deploymentStatus) => [
    facts({ own, standing: standing({ deploymentStatus, deploymentStatusMessage: message }) }),
    facts({ own: own.kind === "read" ? record({ deploymentStatus }) : own, standing: undefined }),
  ]),
]);

it("records no sentence but AWS's own, and makes its words from that", () => {
  for (const one of [...all, ...all.map(asGone)]) {
    const names = [message, one.which];
    expect(sentencesIn(one).filter((text) => !names.includes(text))).toEqual([]);
    inWords(one);
  }
});

it.each(["PAUSED", "toString"])("takes %s for a status that it does not know", (status) => {
  expect(said(showing(status).remarks[0]?.words)).toBe(`Proton shows status \`${status}\``);
});

it("tells nothing of a record that it can't read, and no progress of a deployment that is gone", () => {
  for (const one of all) {
    const { changes, progress, outcome } = inWords({ ...asGone(one), said: { words: "of old" } });
    expect(lines(changes)).toEqual(["Changes: unknown, not read yet"]);
    expect(progress).toBeUndefined();
    expect(said(outcome)).not.toContain("version");
  }
});

it.each([
  ["IN_PROGRESS", "running", 1, false],
  ["CANCELLING", "stopping", 0, false],
  ["CANCELLED", "stopped", 0, false],
  ["SUCCEEDED", "succeeded", 0, false],
  ["FAILED", "failed", 0, true],
  ["DELETE_IN_PROGRESS", "stopping", 0, true],
  ["DELETE_COMPLETE", "stopped", 0, true],
  ["DELETE_FAILED", "failed", 0, true],
  ["PAUSED", "running", 0, false],
])(
  "takes status %s for phase %s, and offers a cancel only in progress",
  (status, phase, offers, overtaken) => {
    const seen = showing(status);
    expect(seen).toMatchObject({ phase, status, incident: phase === "failed" });
    expect(seen.offers).toHaveLength(offers);
    expect(seen.overtaken ?? false).toBe(overtaken);
    expect(seen.remarks.map(({ name }) => name)).toEqual([`status/${status}`]);
  },
);

it("puts a status that it does not know into code, and goes on looking", () => {
  const seen = showing("<!channel>");
  expect(seen.progress?.headline).toContainEqual({ code: "<!channel>", atMost: 24 });
  expect(seen.remarks[0]?.words).toContainEqual({ code: "<!channel>" });
  expect(seen.phase).toBe("running");
});

it("offers no cancel where the resource names another deployment, and says why", () => {
  const seen = see({ standing: undefined });
  expect(seen).toMatchObject({ phase: "running", offers: [] });
  expect(said(seen.progress?.next)).toBe(
    "Proton finishes it, with success or failure. Another deployment has taken its place at Proton. A cancel would hit that one, so it is not offered here.",
  );
});

it("offers no cancel once the record shows the end, whatever the resource still shows", () => {
  expect(see({ own: record({ deploymentStatus: "CANCELLED", completedAt: at }) })).toMatchObject({
    phase: "stopped",
    endedAt: at.getTime(),
    offers: [],
  });
});

const inComponent = (version: number, more: object = {}) => ({
  component: { serviceSpec: `cpu: ${version}`, templateFile: `size: ${version}`, ...more },
});

it.each<[string, object, readonly string[]]>([
  [
    "a deployment whose earlier version is not named",
    { initialState: undefined },
    ["Changes: template `web-service`, version `1.5`; Proton names no earlier one"],
  ],
  [
    "the same version with another spec",
    { targetState: state("1", "4", { spec: "cpu: 2" }) },
    ["Changes: template `web-service`, version `1.4`, unchanged", "Spec: changed"],
  ],
  [
    "another template",
    { targetState: state("2", "0", { templateName: "worker" }) },
    ["Changes: template `web-service` `1.4` → `worker` `2.0`", "Spec: unchanged"],
  ],
  [
    "a component",
    { initialState: inComponent(1), targetState: inComponent(2) },
    ["Template file: changed", "Spec: changed"],
  ],
  ["no target", { targetState: undefined }, ["Changes: unknown, Proton does not name them"]],
  [
    "a state of a new kind",
    { targetState: { $unknown: ["lambda", {}] } },
    ["Changes: unknown, Proton does not name them"],
  ],
])("tells the change of %s", (_, more, told) => {
  const { changes } = see({ own: record(more) });
  expect(lines(changes)).toEqual(told);
});

it("shows no spec, which holds people's parameters", () => {
  const own = record({ targetState: state("1", "5", { spec: "password: hunter2" }) });
  const seen = see({ own });
  expect(lines(seen.changes)).toContain("Spec: changed");
  expect(JSON.stringify(seen)).not.toContain("hunter2");
});

it.each<[string, string, Own, string]>([
  ["SUCCEEDED", "a record", record({}), "Proton deployed version `1.5` of template `web-service`."],
  ["SUCCEEDED", "none", { kind: "missing" }, "Proton deployed it."],
  [
    "CANCELLED",
    "a record",
    record({}),
    "Proton cancelled it. The version before was `1.4`. Proton does not tell whether all of it is back: look at the resources.",
  ],
  [
    "CANCELLED",
    "none",
    { kind: "missing" },
    "Proton cancelled it, and does not tell what it went back to. What serves now is not known: look at the resources.",
  ],
])("says after %s with %s what it knows", (status, _, own, outcome) => {
  expect(said(showing(status, own).outcome)).toBe(outcome);
});

it.each([
  ["SUCCEEDED", "new"],
  ["CANCELLED", undefined],
  ["FAILED", undefined],
  ["DELETE_FAILED", undefined],
  ["IN_PROGRESS", undefined],
])("knows what serves after %s: %s", (status, serving) => {
  expect(showing(status, record({})).serving).toBe(serving);
});

it("keeps AWS's message for endings that are no success", () => {
  const message = { deploymentStatusMessage: "stack is stuck" };
  const of = (deploymentStatus: string) =>
    see({ standing: standing({ ...message, deploymentStatus }) }).reason;
  expect(["FAILED", "CANCELLED", "CANCELLING", "SUCCEEDED", "IN_PROGRESS"].map(of)).toEqual([
    "stack is stuck",
    "stack is stuck",
    "stack is stuck",
    undefined,
    undefined,
  ]);
});

it("describes whatever Proton leaves out or adds, as plain JSON", () => {
  const text = fc.string({ minLength: 1 });
  const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
  const member = fc.constantFrom(
    "deploymentStatus",
    "createdAt",
    "targetState",
    "initialState",
    "environmentName",
  );
  fc.assert(
    fc.property(
      maybe(text),
      maybe(text),
      fc.subarray(["read", "missing"]),
      member,
      (status, message, kinds, left) => {
        const own: Own = kinds.includes("read") ? record({ [left]: undefined }) : { kind: "missing" };
        const seen = see({ standing: { deploymentStatus: status, deploymentStatusMessage: message }, own });
        expect(JSON.parse(JSON.stringify(seen))).toEqual(seen);
        expect(seen.changes.length).toBeLessThanOrEqual(4);
      },
    ),
  );
});
