// The C++ compiler for the addon: the machine's own where the platform names one, else zig, which comes as a wheel, is
// the same everywhere, and is thrown away when the addon is there.
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../cache.mjs';
import { findProgram, run } from '../command.mjs';
import { ZIG } from './pinned-wheels.mjs';
import { installWheels } from './wheel.mjs';

/**
 * Calls `work(compiler)` and returns what it returns. `compiler.cxx(args)` compiles and links C++; `compiler.zig(args)`
 * runs one of zig's other tools, and is there only where zig is the compiler. Both throw SetupError.
 *
 * @typedef {(args: readonly string[]) => Promise<string>} Tool
 * @template T
 * @param {{ key: string, compilers: readonly string[], tags: readonly string[], zigTarget: string }} platform
 * @param {(compiler: { cxx: Tool, zig?: Tool }) => Promise<T>} work
 */
export async function withCompiler(platform, work) {
  const own = platform.compilers.map((name) => findProgram(name)).find(Boolean);
  if (own) return work({ cxx: (args) => compile(own, args) });
  const folder = join(cacheDir(), 'zig');
  await installWheels(folder, [ZIG[platform.key]], { tags: platform.tags, partsOf: () => ['ziglang/'] });
  const zig = join(folder, 'ziglang', process.platform === 'win32' ? 'zig.exe' : 'zig');
  chmodSync(zig, 0o755);
  const scratch = join(folder, 'scratch');
  const env = { ...process.env, ZIG_GLOBAL_CACHE_DIR: scratch, ZIG_LOCAL_CACHE_DIR: scratch };
  const result = await work({
    cxx: (args) => compile(zig, ['c++', '-target', platform.zigTarget, ...args], env),
    zig: (args) => compile(zig, args, env),
  });
  rmSync(folder, { recursive: true, force: true });
  return result;
}

const compile = (program, args, env = process.env) =>
  run(program, args, {
    env,
    failure: 'The TensorFlow addon could not be compiled',
    remedy: 'see what the compiler said, then run: npm run setup',
  });
