// The operations of Pillow 9 to 12 that AutoAugment, RandAugment and TrivialAugment are made of, and the views of
// contrastive learning, to the byte: sums and their rounding in the same order, affine changes and filters by its fixed
// point numbers. Sources read: Pillow's Blend.c, BoxBlur.c, Convert.c, Filter.c, Geometry.c, Resample.c, ImageEnhance.py,
// ImageOps.py; the affine matrices and the hue of torchvision's functional.py and functional_pil.py.
#include "image_changes.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace leeway {

namespace {

constexpr uint8_t kOutside = 128;
constexpr double kPi = 3.14159265358979323846;

using Histogram = std::array<int64_t, 256>;
using Bytes = std::array<uint8_t, 256>;

// Luminance as Pillow's convert("L").
uint8_t grey(const uint8_t* pixel) {
  return static_cast<uint8_t>((pixel[0] * 19595 + pixel[1] * 38470 + pixel[2] * 7471 + 0x8000) >> 16);
}

template <typename Number>
uint8_t clipped(Number value) {
  return value <= 0 ? 0 : value >= 255 ? 255 : static_cast<uint8_t>(value);
}

// 16.16 fixed point.
int fixed(double value) { return static_cast<int>(std::floor(value * 65536.0 + 0.5)); }

template <typename Value>
Bytes tableOf(const Value& value) {
  Bytes table;
  for (int i = 0; i < 256; i++) table[i] = value(i);
  return table;
}

Bytes unchanged() {
  return tableOf([](int i) { return static_cast<uint8_t>(i); });
}

// The weights of a line's pixels in one pixel of a line of another length: those from `first` on.
struct Taps {
  int64_t first;
  std::vector<int> weights;
};

constexpr int kTapBits = 22;

std::vector<Taps> bilinearTaps(int64_t from, int64_t to) {
  const double scale = static_cast<double>(from) / static_cast<double>(to), support = std::max(scale, 1.0);
  std::vector<Taps> all(to);
  std::vector<double> shares;
  for (int64_t x = 0; x < to; x++) {
    const double centre = (x + 0.5) * scale;
    const int64_t first = std::max<int64_t>(0, static_cast<int64_t>(centre - support + 0.5));
    const int64_t end = std::min(from, static_cast<int64_t>(centre + support + 0.5));
    shares.clear();
    double sum = 0;
    for (int64_t i = first; i < end; i++) {
      const double distance = std::abs((i - centre + 0.5) * (1.0 / support));
      shares.push_back(distance < 1.0 ? 1.0 - distance : 0.0);
      sum += shares.back();
    }
    all[x].first = first;
    for (double share : shares) all[x].weights.push_back(static_cast<int>(0.5 + share / sum * (1 << kTapBits)));
  }
  return all;
}

// A pixel of the line whose pixels lie `stride` apart.
uint8_t tapped(const uint8_t* line, int64_t stride, const Taps& taps) {
  int sum = 1 << (kTapBits - 1);
  const uint8_t* at = line + taps.first * stride;
  for (int weight : taps.weights) {
    sum += *at * weight;
    at += stride;
  }
  return clipped(sum >> kTapBits);
}

// A box filter whose ends count for a part.
struct BoxFilter {
  int64_t radius;
  uint32_t whole, part;

  explicit BoxFilter(float wide) : radius(static_cast<int64_t>(wide)) {
    whole = static_cast<uint32_t>((1 << 24) / (wide * 2 + 1));
    part = static_cast<uint32_t>(((1 << 24) - (radius * 2 + 1) * whole) / 2);
  }

  // Of `count` rows of `size` numbers, each number with those above and below it: so that the inner loop is over
  // neighbours in memory, which compilers turn into vectors.
  void rows(const uint8_t* from, uint8_t* to, int64_t count, int64_t size) const {
    const auto row = [&](int64_t y) { return from + std::max<int64_t>(0, std::min(count - 1, y)) * size; };
    std::vector<uint32_t> sums(size);
    for (int64_t y = -radius; y <= radius; y++) {
      const uint8_t* each = row(y);
      for (int64_t i = 0; i < size; i++) sums[i] += each[i];
    }
    for (int64_t y = 0; y < count; y++) {
      const uint8_t *before = row(y - radius - 1), *after = row(y + radius + 1), *first = row(y - radius);
      uint8_t* result = to + y * size;
      for (int64_t i = 0; i < size; i++) {
        const uint32_t ends = before[i] + after[i];
        result[i] = static_cast<uint8_t>((sums[i] * whole + ends * part + (1 << 23)) >> 24);
        sums[i] += after[i] - first[i];
      }
    }
  }
};

constexpr int kBlurPasses = 3;

// Half the width of the boxes that are a Gaussian of this deviation after some passes.
float boxRadius(float deviation) {
  const float variance = deviation * deviation / kBlurPasses;
  const float length = std::sqrt(12.0 * variance + 1.0);
  const float whole = std::floor((length - 1.0) / 2.0);
  float part = (2 * whole + 1) * (whole * (whole + 1) - 3 * variance);
  part /= 6 * (variance - (whole + 1) * (whole + 1));
  return whole + part;
}

Bytes stretched(const Histogram& counts) {
  int low = 0, high = 255;
  while (low < 255 && counts[low] == 0) low++;
  while (high > 0 && counts[high] == 0) high--;
  if (high <= low) return unchanged();
  const double scale = 255.0 / (high - low), offset = -low * scale;
  return tableOf([&](int i) { return clipped(static_cast<int>(i * scale + offset)); });
}

Bytes equalized(const Histogram& counts) {
  int64_t total = 0, last = 0, used = 0;
  for (int64_t count : counts) {
    if (count == 0) continue;
    total += count;
    last = count;
    used++;
  }
  const int64_t step = (total - last) / 255;
  if (used <= 1 || step == 0) return unchanged();
  int64_t before = step / 2;
  return tableOf([&](int i) {
    const int64_t value = before / step;
    before += counts[i];
    return clipped(value);
  });
}

}  // namespace

ImageChanger::ImageChanger(int64_t height, int64_t width, int64_t channels)
    : height_(height), width_(width), channels_(channels), image_(height * width * channels), other_(image_.size()) {}

void ImageChanger::resize(const uint8_t* from, int64_t stride, const Box& box, bool mirrored) {
  const int64_t d = channels_, row = width_ * d;
  const std::vector<Taps> across = bilinearTaps(box.width, width_), down = bilinearTaps(box.height, height_);
  narrow_.resize(box.height * row);
  for (int64_t y = 0; y < box.height; y++) {
    const uint8_t* line = from + ((box.top + y) * stride + box.left) * d;
    for (int64_t x = 0; x < width_; x++) {
      uint8_t* to = narrow_.data() + y * row + (mirrored ? width_ - 1 - x : x) * d;
      for (int64_t k = 0; k < d; k++) to[k] = tapped(line + k, d, across[x]);
    }
  }
  for (int64_t y = 0; y < height_; y++) {
    uint8_t* to = image_.data() + y * row;
    for (int64_t i = 0; i < row; i++) to[i] = tapped(narrow_.data() + i, row, down[y]);
  }
}

void ImageChanger::apply(Change change, double magnitude) {
  switch (change) {
    case Change::kShearX: return shear(magnitude, 0);
    case Change::kShearY: return shear(0, magnitude);
    case Change::kTranslateX: return translate(std::trunc(magnitude), 0);
    case Change::kTranslateY: return translate(0, std::trunc(magnitude));
    case Change::kRotate: return rotate(magnitude);
    case Change::kBrightness:
      std::fill(other_.begin(), other_.end(), 0);
      return blend(1.0 + magnitude);
    case Change::kColor:
      greyInto(other_);
      return blend(1.0 + magnitude);
    case Change::kContrast: {
      greyInto(other_);
      int64_t sum = 0;
      for (uint8_t value : other_) sum += value;  // each pixel's value once a channel
      const double mean = static_cast<double>(sum) / static_cast<double>(other_.size());
      std::fill(other_.begin(), other_.end(), static_cast<uint8_t>(mean + 0.5));
      return blend(1.0 + magnitude);
    }
    case Change::kSharpness:
      smoothInto(other_);
      return blend(1.0 + magnitude);
    case Change::kPosterize: {
      const int mask = ~((1 << (8 - static_cast<int>(magnitude))) - 1);
      return byTable(tableOf([&](int i) { return static_cast<uint8_t>(i & mask); }));
    }
    case Change::kSolarize:
      return byTable(tableOf([&](int i) { return static_cast<uint8_t>(i < magnitude ? i : 255 - i); }));
    case Change::kAutoContrast: return byChannel(stretched);
    case Change::kEqualize: return byChannel(equalized);
    case Change::kInvert: return byTable(tableOf([](int i) { return static_cast<uint8_t>(255 - i); }));
    case Change::kHue: return turnHue(magnitude);
    case Change::kGrey:
      greyInto(other_);
      return image_.swap(other_);
    case Change::kBlur: return blur(magnitude);
    default: return;
  }
}

// The nearest pixel of the image for each of the result; the matrix leads from the result to the image.
void ImageChanger::affine(const double (&matrix)[6]) {
  const auto& [a, b, c, d, e, f] = matrix;
  const int right = fixed(a), rightDown = fixed(d), down = fixed(b), downDown = fixed(e);
  int rowX = fixed(c + a * 0.5 + b * 0.5), rowY = fixed(f + d * 0.5 + e * 0.5);
  for (int64_t y = 0; y < height_; y++, rowX += down, rowY += downDown) {
    int x16 = rowX, y16 = rowY;
    uint8_t* to = other_.data() + y * width_ * channels_;
    for (int64_t x = 0; x < width_; x++, to += channels_, x16 += right, y16 += rightDown) {
      const int64_t column = x16 >> 16, row = y16 >> 16;
      const bool inside = column >= 0 && column < width_ && row >= 0 && row < height_;
      const uint8_t* from = image_.data() + (row * width_ + column) * channels_;
      for (int64_t k = 0; k < channels_; k++) to[k] = inside ? from[k] : kOutside;
    }
  }
  image_.swap(other_);
}

void ImageChanger::shear(double x, double y) { affine({1, x, 0, y, 1, 0}); }

void ImageChanger::translate(double right, double down) { affine({1, 0, -right, 0, 1, -down}); }

void ImageChanger::rotate(double degrees) {
  const double turn = std::fmod(std::fmod(degrees, 360.0) + 360.0, 360.0);
  const double angle = -turn * kPi / 180.0;
  const auto rounded = [](double value) { return std::round(value * 1e15) / 1e15; };
  const double cosine = rounded(std::cos(angle)), sine = rounded(std::sin(angle));
  const double x = width_ / 2.0, y = height_ / 2.0;
  affine({cosine, sine, cosine * -x + sine * -y + x, -sine, cosine, -sine * -x + cosine * -y + y});
}

void ImageChanger::blend(double factor) {
  const float alpha = static_cast<float>(factor);
  if (alpha == 1.0f) return;
  const uint8_t* other = other_.data();
  uint8_t* image = image_.data();
  const int64_t size = static_cast<int64_t>(image_.size());
  // Without branches, so that the compiler takes many bytes at once.
  for (int64_t i = 0; i < size; i++) {
    const int from = other[i], to = image[i];
    const float value = from + alpha * (to - from);
    image[i] = static_cast<uint8_t>(static_cast<int>(std::max(0.0f, std::min(255.0f, value))));
  }
}

void ImageChanger::greyInto(std::vector<uint8_t>& other) const {
  if (channels_ != 3) {
    other = image_;
    return;
  }
  for (size_t i = 0; i < image_.size(); i += 3) std::fill_n(other.begin() + i, 3, grey(image_.data() + i));
}

// Each pixel five times with its eight neighbours once; the border stays.
void ImageChanger::smoothInto(std::vector<uint8_t>& other) const {
  other = image_;
  const float side = 1.0f / 13.0f, middle = 5.0f / 13.0f;
  const int64_t row = width_ * channels_, d = channels_;
  const auto three = [d](const uint8_t* at, float left, float centre, float right) {
    return at[-d] * left + at[0] * centre + at[d] * right;
  };
  for (int64_t y = 1; y < height_ - 1; y++) {
    for (int64_t i = d; i < row - d; i++) {
      const uint8_t* at = image_.data() + y * row + i;
      float sum = 0.5f;
      sum += three(at + row, side, side, side);
      sum += three(at, side, middle, side);
      sum += three(at - row, side, side, side);
      other[y * row + i] = clipped(sum);
    }
  }
}

// By Pillow's HSV of whole bytes, in which 255 of hue are all of the circle.
void ImageChanger::turnHue(double share) {
  if (channels_ != 3) return;
  const uint8_t turn = static_cast<uint8_t>(static_cast<int>(share * 255.0));
  for (size_t i = 0; i < image_.size(); i += 3) {
    uint8_t* pixel = image_.data() + i;
    const int red = pixel[0], green = pixel[1], blue = pixel[2];
    const int high = std::max(red, std::max(green, blue)), low = std::min(red, std::min(green, blue));
    if (low == high) continue;
    const float range = static_cast<float>(high - low);
    const float r = (high - red) / range, g = (high - green) / range, b = (high - blue) / range;
    const float sixths = red == high ? b - g : green == high ? 2.0 + r - b : 4.0 + g - r;
    const double turned = sixths / 6.0 + 1.0;
    const float circle = turned >= 1.0 ? turned - 1.0 : turned;
    const uint8_t saturation = static_cast<uint8_t>(static_cast<int>(range / static_cast<float>(high) * 255.0));
    const uint8_t hue = static_cast<uint8_t>(static_cast<int>(circle * 255.0) + turn);
    if (saturation == 0) {
      std::fill_n(pixel, 3, static_cast<uint8_t>(high));
      continue;
    }
    const double place = static_cast<float>(hue) * 6.0 / 255.0;
    const int sector = static_cast<int>(place);
    const float along = place - static_cast<float>(sector), full = saturation / 255.0;
    const auto byte = [&](double value) { return static_cast<uint8_t>(static_cast<int>(high * value + 0.5)); };
    const uint8_t v = static_cast<uint8_t>(high), p = byte(1.0 - full);
    const uint8_t q = byte(1.0 - full * along), t = byte(1.0 - full * (1.0 - along));
    const uint8_t colours[6][3] = {{v, t, p}, {q, v, p}, {p, v, t}, {p, q, v}, {t, p, v}, {v, p, q}};
    std::copy_n(colours[sector % 6], 3, pixel);
  }
}

void ImageChanger::blur(double deviation) {
  const BoxFilter box(boxRadius(static_cast<float>(deviation)));
  const auto passes = [&](int64_t count, int64_t size) {
    for (int pass = 0; pass < kBlurPasses; pass++) {
      box.rows(image_.data(), other_.data(), count, size);
      image_.swap(other_);
    }
  };
  transpose(height_, width_);
  passes(width_, height_ * channels_);
  transpose(width_, height_);
  passes(height_, width_ * channels_);
}

void ImageChanger::transpose(int64_t rows, int64_t columns) {
  for (int64_t y = 0; y < rows; y++) {
    for (int64_t x = 0; x < columns; x++) {
      std::copy_n(&image_[(y * columns + x) * channels_], channels_, &other_[(x * rows + y) * channels_]);
    }
  }
  image_.swap(other_);
}

void ImageChanger::byTable(const std::array<uint8_t, 256>& table) {
  for (uint8_t& value : image_) value = table[value];
}

template <typename Table>
void ImageChanger::byChannel(const Table& table) {
  for (int64_t channel = 0; channel < channels_; channel++) {
    Histogram counts{};
    for (size_t i = channel; i < image_.size(); i += channels_) counts[image_[i]]++;
    const Bytes bytes = table(counts);
    for (size_t i = channel; i < image_.size(); i += channels_) image_[i] = bytes[image_[i]];
  }
}

}  // namespace leeway
