import { playEach, playErrors, playSilences } from "./play-each.ts";
import { samples, stageForAll } from "./systems.ts";

const stage = stageForAll();
playEach(stage, (journey) => !samples.includes(journey));
playErrors(stage, "every");
playSilences(stage);
