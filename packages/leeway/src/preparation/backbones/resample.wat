;; Weighted sums of bytes along one side of an image of three colours, as Pillow rounds them: what resample.ts calls.
;; npm run wasm makes resample-kernel.ts of it.
;;
;; A weight w, a whole number of 2^-22, is w = 4096 h + l with l in 0..4095: both parts fit into 16 bits, so that one
;; instruction multiplies and adds two pixels of four sums. Weights come in pairs of neighbours: l of both in 32 bits,
;; then h of both. What an odd number of pixels lacks has the weight 0, and is read all the same.
(module
  (memory (export "memory") 1)

  ;; 2^21, half of what is cut off at the end
  (global $half i32 (i32.const 2097152))

  ;; The bytes nearest to (4096 h + l) / 2^22, in the lowest of each 32 bits of two such.
  (func $rounded (param $l v128) (param $h v128) (result v128)
    (i32x4.shr_s
      (i32x4.add (local.get $l) (i32x4.shl (local.get $h) (i32.const 12)))
      (i32.const 22)))

  ;; Rows of `from` bytes at $src to rows of `width` pixels at $dst. Of each pixel, $first has where it begins in its row,
  ;; in bytes, $count how many pairs it has, and $weights the pairs, with room for $room of them.
  (func (export "rows")
    (param $src i32) (param $from i32) (param $height i32) (param $dst i32) (param $width i32)
    (param $first i32) (param $count i32) (param $weights i32) (param $room i32)
    (local $x i32) (local $at i32) (local $pair i32) (local $end i32) (local $both v128) (local $l v128) (local $h v128)
    (local.set $room (i32.shl (local.get $room) (i32.const 3)))
    (block $done
      (loop $row
        (br_if $done (i32.eqz (local.get $height)))
        (local.set $x (i32.const 0))
        (loop $pixel
          (local.set $at
            (i32.add (local.get $src)
              (i32.load (i32.add (local.get $first) (i32.shl (local.get $x) (i32.const 2))))))
          (local.set $pair
            (i32.add (local.get $weights) (i32.mul (local.get $x) (local.get $room))))
          (local.set $end
            (i32.add (local.get $pair)
              (i32.shl
                (i32.load (i32.add (local.get $count) (i32.shl (local.get $x) (i32.const 2))))
                (i32.const 3))))
          (local.set $l (i32x4.splat (global.get $half)))
          (local.set $h (v128.const i32x4 0 0 0 0))
          (loop $next
            ;; r g b r g b . . as 16 bits of r r g g b b 0 0
            (local.set $both
              (i8x16.swizzle (v128.load64_zero align=1 (local.get $at))
                (v128.const i8x16 0 128 3 128 1 128 4 128 2 128 5 128 128 128 128 128)))
            (local.set $l
              (i32x4.add (local.get $l)
                (i32x4.dot_i16x8_s (local.get $both) (v128.load32_splat (local.get $pair)))))
            (local.set $h
              (i32x4.add (local.get $h)
                (i32x4.dot_i16x8_s (local.get $both) (v128.load32_splat offset=4 (local.get $pair)))))
            (local.set $at (i32.add (local.get $at) (i32.const 6)))
            (local.set $pair (i32.add (local.get $pair) (i32.const 8)))
            (br_if $next (i32.lt_u (local.get $pair) (local.get $end))))
          (local.set $l (call $rounded (local.get $l) (local.get $h)))
          (local.set $l (i16x8.narrow_i32x4_s (local.get $l) (local.get $l)))
          ;; The fourth byte is the next pixel's, which is written after it.
          (v128.store32_lane align=1 0 (local.get $dst) (i8x16.narrow_i16x8_u (local.get $l) (local.get $l)))
          (local.set $dst (i32.add (local.get $dst) (i32.const 3)))
          (local.set $x (i32.add (local.get $x) (i32.const 1)))
          (br_if $pixel (i32.lt_u (local.get $x) (local.get $width))))
        (local.set $src (i32.add (local.get $src) (local.get $from)))
        (local.set $height (i32.sub (local.get $height) (i32.const 1)))
        (br $row))))

  ;; Rows of $row bytes at $src to $height rows at $dst, 16 bytes at a time; what goes beyond a row is the next one's.
  ;; Of each row, $first has where it begins, in bytes.
  (func (export "columns")
    (param $src i32) (param $row i32) (param $dst i32) (param $height i32)
    (param $first i32) (param $count i32) (param $weights i32) (param $room i32)
    (local $x i32) (local $from i32) (local $at i32) (local $pair i32) (local $end i32)
    (local $a v128) (local $b v128) (local $both v128) (local $wl v128) (local $wh v128)
    (local $l0 v128) (local $l1 v128) (local $l2 v128) (local $l3 v128)
    (local $h0 v128) (local $h1 v128) (local $h2 v128) (local $h3 v128)
    (local.set $room (i32.shl (local.get $room) (i32.const 3)))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $height)))
        (local.set $from (i32.add (local.get $src) (i32.load (local.get $first))))
        (local.set $end
          (i32.add (local.get $weights) (i32.shl (i32.load (local.get $count)) (i32.const 3))))
        (local.set $x (i32.const 0))
        (loop $block
          (local.set $l0 (i32x4.splat (global.get $half)))
          (local.set $l1 (local.get $l0))
          (local.set $l2 (local.get $l0))
          (local.set $l3 (local.get $l0))
          (local.set $h0 (v128.const i32x4 0 0 0 0))
          (local.set $h1 (local.get $h0))
          (local.set $h2 (local.get $h0))
          (local.set $h3 (local.get $h0))
          (local.set $at (i32.add (local.get $from) (local.get $x)))
          (local.set $pair (local.get $weights))
          (loop $two
            (local.set $a (v128.load align=1 (local.get $at)))
            (local.set $at (i32.add (local.get $at) (local.get $row)))
            (local.set $b (v128.load align=1 (local.get $at)))
            (local.set $at (i32.add (local.get $at) (local.get $row)))
            (local.set $wl (v128.load32_splat (local.get $pair)))
            (local.set $wh (v128.load32_splat offset=4 (local.get $pair)))
            (local.set $both
              (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $a) (local.get $b)))
            (local.set $b
              (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31 (local.get $a) (local.get $b)))
            (local.set $a (i16x8.extend_low_i8x16_u (local.get $both)))
            (local.set $l0 (i32x4.add (local.get $l0) (i32x4.dot_i16x8_s (local.get $a) (local.get $wl))))
            (local.set $h0 (i32x4.add (local.get $h0) (i32x4.dot_i16x8_s (local.get $a) (local.get $wh))))
            (local.set $a (i16x8.extend_high_i8x16_u (local.get $both)))
            (local.set $l1 (i32x4.add (local.get $l1) (i32x4.dot_i16x8_s (local.get $a) (local.get $wl))))
            (local.set $h1 (i32x4.add (local.get $h1) (i32x4.dot_i16x8_s (local.get $a) (local.get $wh))))
            (local.set $a (i16x8.extend_low_i8x16_u (local.get $b)))
            (local.set $l2 (i32x4.add (local.get $l2) (i32x4.dot_i16x8_s (local.get $a) (local.get $wl))))
            (local.set $h2 (i32x4.add (local.get $h2) (i32x4.dot_i16x8_s (local.get $a) (local.get $wh))))
            (local.set $a (i16x8.extend_high_i8x16_u (local.get $b)))
            (local.set $l3 (i32x4.add (local.get $l3) (i32x4.dot_i16x8_s (local.get $a) (local.get $wl))))
            (local.set $h3 (i32x4.add (local.get $h3) (i32x4.dot_i16x8_s (local.get $a) (local.get $wh))))
            (local.set $pair (i32.add (local.get $pair) (i32.const 8)))
            (br_if $two (i32.lt_u (local.get $pair) (local.get $end))))
          (v128.store align=1 (i32.add (local.get $dst) (local.get $x))
            (i8x16.narrow_i16x8_u
              (i16x8.narrow_i32x4_s
                (call $rounded (local.get $l0) (local.get $h0))
                (call $rounded (local.get $l1) (local.get $h1)))
              (i16x8.narrow_i32x4_s
                (call $rounded (local.get $l2) (local.get $h2))
                (call $rounded (local.get $l3) (local.get $h3)))))
          (local.set $x (i32.add (local.get $x) (i32.const 16)))
          (br_if $block (i32.lt_u (local.get $x) (local.get $row))))
        (local.set $dst (i32.add (local.get $dst) (local.get $row)))
        (local.set $first (i32.add (local.get $first) (i32.const 4)))
        (local.set $count (i32.add (local.get $count) (i32.const 4)))
        (local.set $weights (i32.add (local.get $weights) (local.get $room)))
        (local.set $height (i32.sub (local.get $height) (i32.const 1)))
        (br $next))))
)
