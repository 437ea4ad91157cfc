import { expect, it } from 'vitest';
import { comfyUiAddress, ollamaAddress } from '../../../src-main/platform/neighbours.ts';

it.each([
  [undefined, 'http://127.0.0.1:11434'],
  ['', 'http://127.0.0.1:11434'],
  ['0.0.0.0', 'http://127.0.0.1:11434'],
  ['0.0.0.0:8080', 'http://127.0.0.1:8080'],
  [':8080', 'http://127.0.0.1:8080'],
  ['localhost', 'http://localhost:11434'],
  ['127.0.0.1:5000', 'http://127.0.0.1:5000'],
  ['http://localhost:5000/', 'http://localhost:5000'],
  ['http://localhost', 'http://localhost'],
  ['[::1]:5000', 'http://[::1]:5000'],
  [' "127.0.0.1:5000" ', 'http://127.0.0.1:5000'],
  ['192.168.1.7:11434', null],
  ['https://ollama.example', null],
  ['::::', null],
])('OLLAMA_HOST %j leads to %j', (OLLAMA_HOST, address) => {
  expect(ollamaAddress({ OLLAMA_HOST })).toBe(address);
});

it.each([
  [undefined, 'http://127.0.0.1:8188'],
  ['http://127.0.0.1:8000', 'http://127.0.0.1:8000'],
  ['https://comfy.example', null],
])('COMFYUI_BASE_URL %j leads to %j', (COMFYUI_BASE_URL, address) => {
  expect(comfyUiAddress({ COMFYUI_BASE_URL })).toBe(address);
});
