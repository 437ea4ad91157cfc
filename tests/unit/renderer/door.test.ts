import { expect, it } from 'vitest';
import { throughDoor } from '../../../src-renderer/bridge/door.ts';
import type { LarderDoor } from '../../../src-shared/contract/ipc.ts';

it('asks by the same names, and reads the text of answers and events', async () => {
  const asked: unknown[] = [];
  let left = false;
  const onEvents = (listener: (batch: string) => void) => {
    listener('[{"seq":1}]');
    return () => {
      left = true;
    };
  };
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
  const heard: unknown[] = [];
  bridge.onEvents((events) => heard.push(...events))();
  expect(heard).toEqual([{ seq: 1 }]);
  expect(left).toBe(true);
});
