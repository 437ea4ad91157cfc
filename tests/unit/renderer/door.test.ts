import { expect, it } from 'vitest';
import { throughDoor } from '../../../src-renderer/bridge/door.ts';
import type { LarderDoor } from '../../../src-shared/contract/ipc.ts';

it('asks by the same names, and reads the text of the answers', async () => {
  const asked: unknown[] = [];
  const onEvents = () => () => {};
  const door = {
    'models.list': async (input: unknown) => {
      asked.push(input);
      return '{"ok":true,"value":{"items":[]}}';
    },
    onEvents,
  } as unknown as LarderDoor;
  const bridge = throughDoor(door);
  expect(await bridge['models.list']({})).toEqual({ ok: true, value: { items: [] } });
  expect(asked).toEqual([{}]);
  expect(bridge.onEvents).toBe(onEvents);
});
