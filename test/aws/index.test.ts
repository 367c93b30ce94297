import { expect, it } from "vitest";
import { createClients } from "../../src/aws/client/clients.ts";
import { allSystems, createSystems } from "../../src/aws/index.ts";
import { systemNames } from "../../src/handlers/deployment.ts";
import { recordTelemetry } from "./stage.ts";

const clients = createClients([]);
const { telemetry } = recordTelemetry();
const all = allSystems(clients, telemetry);
const optIn = all.filter((system) => system.optIn === true).map(({ name }) => name);
const always = all.map(({ name }) => name).filter((name) => !optIn.includes(name));

function systemsFor(...matches: readonly { readonly system?: string }[]) {
  const routes = matches.map((match) => ({ match }));
  return createSystems(clients, telemetry, routes).map(({ name }) => name);
}

it("leaves an opt-in system out, however wide a route is", () => {
  expect(optIn).toContain("proton");
  expect(systemsFor()).toEqual(always);
  expect(systemsFor({}, { system: "ecs" })).toEqual(always);
});

it("has an opt-in system once a route names it", () => {
  for (const name of optIn) expect(systemsFor({ system: name })).toContain(name);
  expect(systemsFor({}, ...optIn.map((system) => ({ system })))).toEqual(all.map(({ name }) => name));
});

it("has every system that a route may name, and every source of events, once", () => {
  expect(all.map(({ name }) => name).toSorted()).toEqual([...systemNames].toSorted());
  const sources = all.flatMap(({ listensTo }) => listensTo.map(({ source }) => source));
  expect(new Set(sources).size).toBe(sources.length);
});
