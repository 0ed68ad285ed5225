import { cifar100Layout, cifar10Layout } from "../cifar-layouts.ts";
import { cifarShape } from "../cifar.ts";
import { fashionMnistLayout } from "../mnist-layouts.ts";
import type { CatalogueForm } from "./image-input.ts";

const cifar = { side: cifarShape.height, channels: cifarShape.channels };

const forms: Readonly<Record<string, CatalogueForm>> = {
  cifar10: { ...cifar, mean: cifar10Layout.mean, std: cifar10Layout.std },
  cifar100: { ...cifar, mean: cifar100Layout.mean, std: cifar100Layout.std },
  "fashion-mnist": {
    side: fashionMnistLayout.shape.height,
    channels: fashionMnistLayout.shape.channels,
    mean: fashionMnistLayout.mean,
    std: fashionMnistLayout.std,
  },
};

/** What a network trained on a data set of the catalogue is given of an image; undefined where its run says so itself. */
export function catalogueForm(name: string): CatalogueForm | undefined {
  return Object.hasOwn(forms, name) ? forms[name] : undefined;
}
