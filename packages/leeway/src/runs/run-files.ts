/** The chosen network, in the folder of a run that has ended. */
export const modelFile = "model.safetensors";

/** The network and its optimiser at the end of the first stage, in the folder of a run that came past it. */
export const firstStageFile = "first-stage.safetensors";
