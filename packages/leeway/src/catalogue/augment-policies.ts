/** Ways to change images at random that were made for any images, or searched: what they are is `data`'s. */
export const augmentPolicies = ["autoaugment", "randaugment", "trivialaugment"] as const;

export type AugmentPolicy = (typeof augmentPolicies)[number];
