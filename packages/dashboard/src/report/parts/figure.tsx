import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { printed } from "../printing.ts";

/**
 * The width of an element, in pixels, followed as it changes.
 *
 * @param min narrower drawings are scaled
 */
export function useWidth(min = 300) {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(720);
  useLayoutEffect(() => {
    const element = ref.current!;
    const measure = (): void => {
      // 0 where it is not laid out yet: the observer calls again.
      if (element.clientWidth > 0) setWidth(Math.max(min, Math.round(element.clientWidth)));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    addEventListener(printed, measure); // an observer would be called too late
    return () => {
      removeEventListener(printed, measure);
      observer.disconnect();
    };
  }, [min]);
  return { ref, width };
}

interface FigureProps {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly height: number | ((width: number) => number);
  /** The marks, in pixels. */
  readonly children: (width: number) => ComponentChildren;
  /** Narrower drawings are scaled. */
  readonly min?: number;
}

/** A drawing as wide as its place. */
export function Figure({ label, height, children, min = 300 }: FigureProps) {
  const { ref, width } = useWidth(min);
  const tall = typeof height === "number" ? height : height(width);
  return (
    <div ref={ref} class="figure">
      <svg role="img" aria-label={label} width={width} height={tall} viewBox={`0 0 ${width} ${tall}`}>
        {children(width)}
      </svg>
    </div>
  );
}
