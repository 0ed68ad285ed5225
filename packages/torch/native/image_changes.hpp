// What augmentation does to an image: operations on bytes, each to the very bytes that Pillow gives.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace leeway {

// Of TypeScript's list of changes, in its order.
enum class Change : int {
  kNone,
  kShearX,
  kShearY,
  kTranslateX,
  kTranslateY,
  kRotate,
  kBrightness,
  kColor,
  kContrast,
  kSharpness,
  kPosterize,
  kSolarize,
  kAutoContrast,
  kEqualize,
  kInvert,
  kHue,
  kGrey,
  kBlur,
  kCount,
};

// A part of an image that is resized to all of it; none where it has no rows.
struct Box {
  int32_t top, left, height, width;
};

// Changes one image after the other in two buffers that it keeps.
class ImageChanger {
 public:
  ImageChanger(int64_t height, int64_t width, int64_t channels);

  // [H, W, C], to be filled and read by the caller; another buffer after every change.
  uint8_t* image() { return image_.data(); }

  // Fills it with a part of an image, rows of `stride` pixels, resized by Pillow's bilinear filter, and mirrored.
  void resize(const uint8_t* from, int64_t stride, const Box& box, bool mirrored);

  // What of an affine change lies outside of the image becomes grey, 128.
  void apply(Change change, double magnitude);

 private:
  void affine(const double (&matrix)[6]);
  void shear(double x, double y);
  void translate(double right, double down);
  void rotate(double degrees);
  void blend(double factor);  // image_ and what other_ holds: other + factor · (image - other)
  void greyInto(std::vector<uint8_t>& other) const;
  void smoothInto(std::vector<uint8_t>& other) const;
  void turnHue(double share);
  void blur(double deviation);
  // Swaps rows and columns of pixels.
  void transpose(int64_t rows, int64_t columns);
  void byTable(const std::array<uint8_t, 256>& table);
  template <typename Table>
  void byChannel(const Table& tableOf);

  int64_t height_, width_, channels_;
  std::vector<uint8_t> image_, other_;
  std::vector<uint8_t> narrow_;  // [rows of a part, W, C]
};

}  // namespace leeway
