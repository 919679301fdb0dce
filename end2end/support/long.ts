// How often something is tried.

/** A small number in the usual run, and a large one in the long run (`cargo xtask test --long`), which sets LONG_TESTS. */
export const long = (usual: number, many: number): number => (process.env.LONG_TESTS ? many : usual);
