/** Power and network through Electron, and staying awake. Only once the application is ready. */
import { net, powerMonitor, powerSaveBlocker } from 'electron';
import type { SensorEvent, Sensors } from './conditions.ts';
import { createMeteredSensor } from './metered.ts';
import { hasNetwork } from './reachability.ts';

const EVENTS = [
  ['suspend', 'suspend'],
  ['resume', 'resume'],
  ['on-battery', 'changed'],
  ['on-ac', 'changed'],
] as const satisfies readonly (readonly [string, SensorEvent])[];

/** Electron's main process hears nothing of the network: whoever uses these has to look every few seconds. */
export function createElectronSensors(): Sensors {
  // All four events have the same shape, but each its own overload.
  const monitor: NodeJS.EventEmitter = powerMonitor;
  return {
    online: () => net.isOnline() && hasNetwork(),
    onBattery: () => powerMonitor.isOnBatteryPower(),
    metered: createMeteredSensor({ now: () => Date.now() }),
    listen: (listener) => {
      const stops = EVENTS.map(([name, event]) => {
        const hear = () => listener(event);
        monitor.on(name, hear);
        return () => monitor.off(name, hear);
      });
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

/** Holds the computer, not its screen, from falling asleep by itself. Idempotent. */
export function createKeepAwake(): (on: boolean) => void {
  let id: number | undefined;
  return (on) => {
    if (on) id ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (id !== undefined) {
      powerSaveBlocker.stop(id);
      id = undefined;
    }
  };
}
