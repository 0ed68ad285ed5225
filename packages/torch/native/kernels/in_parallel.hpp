// Work on libtorch's own threads.
#pragma once

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/TensorIterator.h>

namespace leeway {
namespace kernels {

// Calls body(begin, end) over parts of 0 to count, side by side. at::parallel_for is a header and would need the OpenMP
// that libtorch itself has, of which a second one would wait beside it; an iterator over `count` bytes is shared out
// inside libtorch. Each part is the same work whatever the number of threads: give results a place for each.
template <typename Body>
void inParallel(int64_t count, const Body& body) {
  if (count < 2 || at::get_num_threads() == 1) return body(int64_t{0}, count);
  at::Tensor places = at::empty({count}, at::kByte);
  char* first = static_cast<char*>(places.data_ptr());
  auto iterator = at::TensorIteratorConfig().add_output(places).resize_outputs(false).check_all_same_dtype(false).build();
  iterator.for_each(
      [&](char** data, const int64_t*, int64_t size, int64_t) {
        const int64_t begin = data[0] - first;
        body(begin, begin + size);
      },
      /*grain_size=*/1);
}

}  // namespace kernels
}  // namespace leeway
