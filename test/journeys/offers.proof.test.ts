import { playEach } from "./play-each.ts";
import { samples, stageForAll } from "./systems.ts";

playEach(stageForAll(), (journey) => !samples.includes(journey));
