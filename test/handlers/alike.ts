/** Names and targets that differ as little as AWS allows. */
import fc from "fast-check";
import { systemNames } from "../../src/handlers/deployment.ts";
import { qualify } from "../../src/handlers/names/names.ts";
import type { Target } from "../../src/handlers/names/targets.ts";

/** Up to the longest name of an ECS service, and such as leave nothing to cut. */
export const names = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_-]{1,255}$/),
  fc.stringMatching(/^[a-z]{3,20}-(prod|test)-[A-Z][a-z]{3,60}-[A-Z0-9]{12}$/),
  fc.stringMatching(/^a{1,255}$/),
  fc.stringMatching(/^(ab-){1,85}$/),
);

/** None of them fits anywhere whole. */
export const longNames = fc.stringMatching(/^[A-Za-z0-9_-]{100,200}$/);

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

/** What AppConfig takes for another name, and Slack or a phone hardly shows. */
function disguised(name: string): fc.Arbitrary<string> {
  const at = fc.nat({ max: name.length });
  const unseen = fc.constantFrom(
    ...[" ", "  ", "\u00a0", "\u200b", "\u200d", "\u2060", "\u202e", "`", "'", "’", "＠", "∗", "ˍ", "\t"],
  );
  return fc.oneof(
    fc.tuple(at, unseen).map(([index, it]) => `${name.slice(0, index)}${it}${name.slice(index)}`),
    fc.constantFrom(`${name} `, ` ${name}`, `\`${name}\``, name.toUpperCase(), name.toLowerCase()),
    fc.constantFrom(" ", "\u00a0", "\u2003").map((space) => name.replaceAll(" ", space)),
    fc.constantFrom("@＠", "@@", "*∗", "'`", "--").map(([from = "", to = ""]) => name.replaceAll(from, to)),
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
    ...whichIn(place.system),
  }));

/** What AWS gives one name to several of. */
const whiches: Readonly<Partial<Record<Target["system"], readonly string[]>>> = {
  appconfig: ["id abc1234/def5678", "id abc1235/def5678", "id abc1234/def5679"],
  proton: ["Proton service pipeline", "Proton environment", "Proton component"],
};

function whichIn(system: Target["system"]): Pick<Target, "which"> {
  const [which] = whiches[system] ?? [];
  return which === undefined ? {} : { which };
}

function named(system: Target["system"], name: string, around: string) {
  if (system === "ecs") return { target: name, qualifiedTarget: `${around}/${name}` };
  if (system === "codedeploy") {
    const application = name.slice(0, 100);
    return { target: application, qualifiedTarget: `${application}/${around.slice(0, 100)}` };
  }
  return environmentOf(name.slice(0, 64), around.slice(0, 64));
}

function environmentOf(application: string, environment: string) {
  return {
    target: `${application}/${environment}`,
    qualifiedTarget: qualify(application, environment),
  };
}

/** One of AppConfig, among such as hardly show that they differ. */
export const disguises: fc.Arbitrary<readonly Target[]> = fc
  .tuple(fc.oneof(names, spaced), fc.oneof(names, spaced))
  .chain(([whole, other]) => {
    const [application, environment] = [whole.slice(0, 64), other.slice(0, 60)];
    const place = { system: "appconfig", account: "111122223333", region: "eu-west-1" } as const;
    const target = (one: string, two: string): Target => ({
      ...{ ...place, accountName: "production" },
      ...environmentOf(one, two),
    });
    return fc
      .tuple(disguised(application), disguised(environment), disguised(application).chain(disguised))
      .map(([first, second, third]) => [
        target(application, environment),
        target(first, environment),
        target(application, second),
        target(third, environment),
        target(`${application}/x`, environment),
        target(application, `x/${environment}`),
        target(`${application}%2Fx`, environment),
      ]);
  });

/** The same target with one thing changed. */
function changed(it: Target): fc.Arbitrary<Target> {
  const [first = "", ...rest] = it.qualifiedTarget.split("/");
  const last = rest.join("/");
  const { which: _, ...bare } = it;
  return fc.oneof(
    fc.constant({ ...it, account: "777788889999", accountName: "Production" }),
    fc.constant({ ...it, account: "777788889999", accountName: "production-2" }),
    fc.constant({ ...it, region: "us-gov-west-1" }),
    fc.constantFrom(...systemNames).map((system) => ({ ...bare, system, ...whichIn(system) })),
    fc.constantFrom(...(whiches[it.system] ?? [it.which])).map((which) => ({
      ...bare,
      ...(which === undefined ? {} : { which }),
    })),
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
