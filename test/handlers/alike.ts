/** Names and targets that differ as little as AWS allows. */
import fc from "fast-check";
import { systemNames } from "../../src/handlers/deployment.ts";
import type { Target } from "../../src/handlers/targets.ts";

/** Up to the longest name of an ECS service, and such as leave nothing to cut. */
export const names = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_-]{1,255}$/),
  fc.stringMatching(/^[a-z]{3,20}-(prod|test)-[A-Z][a-z]{3,60}-[A-Z0-9]{12}$/),
  fc.stringMatching(/^a{1,255}$/),
  fc.stringMatching(/^(ab-){1,85}$/),
);

/** AppConfig allows anything. */
const spaced = fc.stringMatching(/^[A-Za-z :.@_-]{1,64}$/);

/** One character more, less or other. */
export function mutated(name: string): fc.Arbitrary<string> {
  const at = fc.nat({ max: name.length - 1 });
  const other = fc.constantFrom("a", "Z", "0", "-");
  return fc.oneof(
    fc.tuple(at, other).map(([index, it]) => `${name.slice(0, index)}${it}${name.slice(index + 1)}`),
    fc.tuple(at, other).map(([index, it]) => `${name.slice(0, index)}${it}${name.slice(index)}`),
    fc.constantFrom("-1", "-a", "2").map((suffix) => `${name}${suffix}`),
    fc.constant(name.length > 1 ? name.slice(0, -1) : `${name}b`),
  );
}

const target: fc.Arbitrary<Target> = fc
  .record({
    system: fc.constantFrom(...systemNames),
    account: fc.constantFrom("111122223333", "444455556666"),
    region: fc.constantFrom("eu-west-1", "ap-southeast-1"),
    name: fc.oneof(names, spaced),
    around: fc.oneof(names, spaced),
  })
  .map(({ name, around, ...place }) => ({
    ...place,
    accountName: "production",
    ...named(place.system, name, around),
  }));

function named(system: Target["system"], name: string, around: string) {
  if (system === "ecs") return { target: name, qualifiedTarget: `${around}/${name}` };
  if (system === "codedeploy") {
    const application = name.slice(0, 100);
    return { target: application, qualifiedTarget: `${application}/${around.slice(0, 100)}` };
  }
  const whole = `${name.slice(0, 64)}/${around.slice(0, 64)}`;
  return { target: whole, qualifiedTarget: whole };
}

/** The same target with one thing changed. */
function changed(it: Target): fc.Arbitrary<Target> {
  const [first = "", ...rest] = it.qualifiedTarget.split("/");
  const last = rest.join("/");
  return fc.oneof(
    fc.constant({ ...it, account: "777788889999", accountName: "Production" }),
    fc.constant({ ...it, account: "777788889999", accountName: "production-2" }),
    fc.constant({ ...it, region: "us-gov-west-1" }),
    fc.constantFrom(...systemNames).map((system) => ({ ...it, system })),
    mutated(first).map((other) => ({
      ...it,
      qualifiedTarget: `${other}/${last}`,
      target: it.target === last ? last : it.target === first ? other : `${other}/${last}`,
    })),
    mutated(last).map((other) => ({
      ...it,
      qualifiedTarget: `${first}/${other}`,
      target: it.target === first ? first : it.target === last ? other : `${first}/${other}`,
    })),
  );
}

/** One target, and some that are hardly another. */
export const targets = target.chain((it) =>
  fc.tuple(fc.constant(it), changed(it), changed(it).chain(changed), changed(it)),
);
