// Vectors of the kernels' inner loops. Included once for each instruction set, by instruction_sets.hpp, and so without
// a guard: GCC cuts vectors to the instruction set that holds where they are written, not where they are inlined.
//
// Loops run over rows of `width` values, one after another in memory, whose columns have parameters of their own.
// `width` is a multiple of kLanes; kBlock vectors side by side stay in registers.

#define LEEWAY_INLINE static inline __attribute__((always_inline))

template <typename Storage>
struct Vectors {
  typedef Storage Type __attribute__((vector_size(kLanes * sizeof(Storage))));

  LEEWAY_INLINE Type load(const Storage* from) {
    Type vector;
    __builtin_memcpy(&vector, from, sizeof vector);
    return vector;
  }
  LEEWAY_INLINE void store(Storage* to, Type vector) { __builtin_memcpy(to, &vector, sizeof vector); }
};

// bfloat16 is the upper half of a float32. Rounded to the nearest, ties to even; NaN stays NaN.
template <>
struct Vectors<at::BFloat16> {
  using Type = Vectors<float>::Type;
  typedef uint16_t Halves __attribute__((vector_size(kLanes * sizeof(uint16_t))));
  typedef uint32_t Bits __attribute__((vector_size(kLanes * sizeof(uint32_t))));

  LEEWAY_INLINE Type load(const at::BFloat16* from) {
    Halves halves;
    __builtin_memcpy(&halves, from, sizeof halves);
    return (Type)(__builtin_convertvector(halves, Bits) << 16);
  }
  LEEWAY_INLINE void store(at::BFloat16* to, Type vector) {
    Bits bits = (Bits)vector;
    Bits rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    Bits isNan = (Bits)(vector != vector);
    Halves halves = __builtin_convertvector((rounded & ~isNan) | (isNan & 0x7fc0), Halves);
    __builtin_memcpy(to, &halves, sizeof halves);
  }
};

// Calls body(column, vectors side by side as a constant) for the blocks of a row.
template <typename Body>
LEEWAY_INLINE void overBlocks(int64_t width, const Body& body) {
  int64_t column = 0;
  for (; column + kBlock * kLanes <= width; column += kBlock * kLanes) body(column, std::integral_constant<int, kBlock>());
  for (; column < width; column += kLanes) body(column, std::integral_constant<int, 1>());
}
