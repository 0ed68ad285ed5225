"""Writes packages/leeway/test/fixtures/pillow.json: what Pillow makes of images, for the tests of backbones.

    /usr/bin/python3 tools/reference/pillow.py > packages/leeway/test/fixtures/pillow.json

Images are drawn from a formula that the tests know, so that only what comes out is kept.
"""

import base64
import io
import json

import numpy as np
import PIL
from PIL import Image

WAYS = ["nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"]  # in the order of Pillow's numbers


def drawn(width, height):
    """[height, width, 3]: noise over slopes, so that every filter has something to smooth."""
    state = 1
    values = np.zeros(height * width * 3, dtype=np.uint8)
    for i in range(values.size):
        state = (state * 1103515245 + 12345) % 2**31
        values[i] = (state >> 16) % 128 + (i // 3 % width) * 127 // width
    return values.reshape(height, width, 3)


def text(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def resized(width, height, to_width, to_height):
    image = Image.fromarray(drawn(width, height))
    return {
        "from": [width, height],
        "to": [to_width, to_height],
        "ways": {way: text(np.asarray(image.resize((to_width, to_height), code))) for code, way in enumerate(WAYS)},
    }


def shortest_edge(image, size):
    """The size of transformers' get_resize_output_image_size, of an image and the length of its short side."""
    width, height = image.size
    short, long = sorted((width, height))
    new = (size, int(size * long / short))
    return new if width <= height else new[::-1]


def cropped(array, height, width):
    """transformers' center_crop where the image is large enough."""
    top, left = (array.shape[0] - height) // 2, (array.shape[1] - width) // 2
    return array[top : top + height, left : left + width]


def processed(image, config):
    """The tensor [3, H, W] of the steps of CLIPImageProcessor."""
    image = image.convert("RGB").resize(shortest_edge(image, config["size"]["shortest_edge"]), config["resample"])
    array = cropped(np.asarray(image), config["crop_size"]["height"], config["crop_size"]["width"])
    array = (array.astype(np.float64) * config["rescale_factor"]).astype(np.float32)
    mean, std = (np.array(config[name], dtype=np.float32) for name in ("image_mean", "image_std"))
    return ((array - mean) / std).transpose(2, 0, 1)


CLIP = {
    "image_processor_type": "CLIPImageProcessor",
    "do_convert_rgb": True,
    "do_resize": True,
    "size": {"shortest_edge": 24},
    "resample": 3,
    "do_center_crop": True,
    "crop_size": {"height": 24, "width": 24},
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_std": [0.26862954, 0.26130258, 0.27577711],
}


def photograph(mode, form, **options):
    """A smooth image of a mode, as a file."""
    y, x = np.mgrid[0:61, 0:83]
    colours = np.stack([x * 3 % 256, (x + y) * 2 % 256, 255 - y * 4 % 256], axis=-1).astype(np.uint8)
    image = Image.fromarray(colours).convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.fromarray(((x * 5) % 256).astype(np.uint8)))
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def of_file(data):
    return {"file": base64.b64encode(data).decode(), "tensor": text(processed(Image.open(io.BytesIO(data)), CLIP))}


print(
    json.dumps(
        {
            "pillow": PIL.__version__,
            "resized": [resized(97, 61, 32, 20), resized(13, 20, 30, 41), resized(40, 30, 40, 12)],
            "config": CLIP,
            "files": {
                "photograph.jpg": of_file(photograph("RGB", "JPEG", quality=90)),
                "grey.png": of_file(photograph("L", "PNG")),
                "transparent.png": of_file(photograph("RGBA", "PNG")),
            },
        },
        indent=1,
    )
)
