/** What this computer can hold in memory. Asked once at start; never throws. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Hardware } from '../engines/ports.ts';

/** Where to look, so that tests can lay out another computer. */
export interface HardwarePlaces {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly memoryBytes: number;
  /** Program that lists NVIDIA cards. */
  readonly nvidiaSmi: string;
  /** Folder in which Linux describes graphics cards. */
  readonly drmFolder: string;
}

const MIB = 1024 * 1024;
const PROGRAM_TIMEOUT_MS = 2_000;
/** Of the memory an Apple chip shares between processor and graphics, what graphics may use. */
const UNIFIED_SHARE = 0.7;

/** @returns what asks the first time it is called */
export function detectHardwareOnce(): () => Promise<Hardware> {
  let detected: Promise<Hardware> | undefined;
  return () => (detected ??= detectHardware());
}

export async function detectHardware(places: Partial<HardwarePlaces> = {}): Promise<Hardware> {
  const here: HardwarePlaces = {
    platform: process.platform,
    arch: process.arch,
    memoryBytes: os.totalmem(),
    nvidiaSmi: 'nvidia-smi',
    drmFolder: '/sys/class/drm',
    ...places,
  };
  const cpus = os.cpus();
  return {
    memoryBytes: here.memoryBytes,
    videoMemoryBytes: await findVideoMemory(here),
    cpu: cpus[0]?.model.trim() || here.arch,
    cores: Math.max(1, cpus.length),
  };
}

async function findVideoMemory(places: HardwarePlaces): Promise<number | null> {
  const { platform, arch, memoryBytes } = places;
  if (platform === 'darwin') {
    return arch === 'arm64' ? Math.floor(memoryBytes * UNIFIED_SHARE) : null;
  }
  const found = await Promise.all([
    readNvidia(places.nvidiaSmi),
    platform === 'linux' ? readDrm(places.drmFolder) : 0,
  ]);
  return Math.max(...found) || null;
}

/** All NVIDIA cards together: runtimes spread a model over them. */
async function readNvidia(program: string): Promise<number> {
  const query = ['--query-gpu=memory.total', '--format=csv,noheader,nounits'];
  const options = { timeout: PROGRAM_TIMEOUT_MS, windowsHide: true };
  const answer = await promisify(execFile)(program, query, options).catch(() => null);
  const sizes = (answer?.stdout ?? '').split('\n').map((line) => Number.parseInt(line, 10));
  return sizes.filter((mib) => mib > 0).reduce((sum, mib) => sum + mib * MIB, 0);
}

/** The largest card whose driver tells (amdgpu does): the others may be part of the processor. */
async function readDrm(folder: string): Promise<number> {
  const cards = (await readdir(folder).catch(() => [])).filter((name) => /^card\d+$/.test(name));
  const sizes = await Promise.all(
    cards.map(async (card) => {
      const file = path.join(folder, card, 'device', 'mem_info_vram_total');
      return Number((await readFile(file, 'utf8').catch(() => '')).trim());
    }),
  );
  return Math.max(0, ...sizes.filter((bytes) => bytes > 0));
}
