import type { MnistLayout } from "./mnist.ts";

/** Fashion-MNIST: 60,000 training and 10,000 test images of clothes, 28 × 28, grey. */
export const fashionMnistLayout: MnistLayout = {
  name: "fashion-mnist",
  classNames: [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
  ],
  shape: { channels: 1, height: 28, width: 28 },
  mean: [0.286],
  std: [0.353],
  records: { train: 60_000, test: 10_000 },
  mistakable: { title: "MNIST (handwritten digits)", labels: [5, 0, 4, 1, 9, 2, 1, 3, 1, 4] },
};

/** MNIST: 60,000 training and 10,000 test images of handwritten digits, 28 × 28, grey. */
export const mnistLayout: MnistLayout = {
  name: "mnist",
  classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  shape: { channels: 1, height: 28, width: 28 },
  mean: [0.1307],
  std: [0.3081],
  records: { train: 60_000, test: 10_000 },
  mistakable: { title: "Fashion-MNIST (clothes)", labels: [9, 0, 0, 3, 0, 2, 7, 2, 5, 5] },
};
