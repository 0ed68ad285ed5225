import { cifar100Layout, cifar10Layout } from "../catalogue/cifar-layouts.ts";
import { cifarShape } from "../catalogue/cifar.ts";
import { fashionMnistLayout, mnistLayout } from "../catalogue/mnist-layouts.ts";
import type { MnistLayout } from "../catalogue/mnist.ts";
import type { CatalogueForm } from "./image-input.ts";

const cifar = { side: cifarShape.height, channels: cifarShape.channels };

function mnist({ shape, mean, std }: MnistLayout): CatalogueForm {
  return { side: shape.height, channels: shape.channels, mean, std };
}

const forms: Readonly<Record<string, CatalogueForm>> = {
  cifar10: { ...cifar, mean: cifar10Layout.mean, std: cifar10Layout.std },
  cifar100: { ...cifar, mean: cifar100Layout.mean, std: cifar100Layout.std },
  "fashion-mnist": mnist(fashionMnistLayout),
  mnist: mnist(mnistLayout),
};

/** What a network trained on a data set of the catalogue is given of an image; undefined where its run says so itself. */
export function catalogueForm(name: string): CatalogueForm | undefined {
  return Object.hasOwn(forms, name) ? forms[name] : undefined;
}
