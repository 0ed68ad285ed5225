/** A point in space, or a direction. */
export type Vector = readonly [x: number, y: number, z: number];

/** A point of the unit sphere as it is seen. */
export interface Seen {
  /** To the right and upward, in [-1, 1]. */
  readonly x: number;
  readonly y: number;
  /** Towards the eye, in [-1, 1]: below 0 it is on the far side. */
  readonly depth: number;
}

/** A vector of length 1; the zero vector becomes the first axis. */
export function unit([x, y, z]: Vector): Vector {
  const length = Math.hypot(x, y, z);
  return length === 0 ? [1, 0, 0] : [x / length, y / length, z / length];
}

/**
 * Looks at the unit sphere from far away: an orthographic projection.
 *
 * @param towards where the eye is, of any length above 0
 * @returns what turns a point into what is seen of it
 */
export function lookingFrom(towards: Vector): (point: Vector) => Seen {
  const eye = unit(towards);
  const upward: Vector = Math.abs(eye[1]) < 0.99 ? [0, 1, 0] : [0, 0, 1]; // any that is not the eye's own
  const right = unit(cross(upward, eye));
  const up = cross(eye, right);
  return (point) => ({ x: dot(point, right), y: dot(point, up), depth: dot(point, eye) });
}

/** Lines of latitude and longitude every 30 degrees, each as points of the unit sphere. */
export function graticule(): Vector[][] {
  const steps = Array.from({ length: 73 }, (_, i) => (i * 5 * Math.PI) / 180);
  const meridians = [0, 30, 60, 90, 120, 150].map((degrees) => {
    const longitude = (degrees * Math.PI) / 180;
    return steps.map((t): Vector => [
      Math.cos(t) * Math.cos(longitude),
      Math.sin(t),
      Math.cos(t) * Math.sin(longitude),
    ]);
  });
  const parallels = [-60, -30, 0, 30, 60].map((degrees) => {
    const latitude = (degrees * Math.PI) / 180;
    return steps.map((t): Vector => [
      Math.cos(latitude) * Math.cos(t),
      Math.sin(latitude),
      Math.cos(latitude) * Math.sin(t),
    ]);
  });
  return [...meridians, ...parallels];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
