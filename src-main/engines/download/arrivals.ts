/** What arrives of one file: noted in its part, digested, saved, told. */
import type { Clock, HashRun, PartFile } from '../ports.ts';
import type { OpenFlight } from './flights.ts';
import { frontOf, type PieceState, pieceAt, pieceStart, presentBytes } from './pieces.ts';
import { createSaver } from './saver.ts';

export interface ArrivalsPorts {
  readonly clock: Clock;
  readonly part: PartFile;
  readonly hash: HashRun;
  /** Bytes present, and how many of them just came. */
  readonly onBytes: (presentBytes: number, arrivedBytes: number) => void;
  /** What arrives cannot be written down: nothing more should. */
  readonly onUnsaved: (error: unknown) => void;
}

export function createArrivals({ clock, part, hash, onBytes, onUnsaved }: ArrivalsPorts) {
  const { map } = part;
  const saver = createSaver(part, clock, onUnsaved);
  let present = presentBytes(map);
  // What was there before is digested beside the network.
  hash.advance(frontOf(map));

  return {
    /** @returns how many bytes were new */
    note: (flight: OpenFlight, all: readonly PieceState[]): number => {
      const before = present;
      // What another transfer wrote beyond this one's bytes stays true.
      const states = all.filter(({ piece, filled }) => filled > (map.filled[piece] ?? 0));
      const doubtful = states.filter(({ piece }) => isDoubtful(flight, piece, part));
      for (const { piece, filled } of states) {
        present += filled - (map.filled[piece] ?? 0);
        flight.position = Math.max(flight.position, pieceStart(map, piece) + filled);
      }
      part.note(states.filter((state) => !doubtful.includes(state)));
      if (doubtful.length > 0) part.note(doubtful, { doubtful: true });
      const arrived = present - before;
      flight.arrivedBytes += arrived;
      flight.meter.add(arrived, clock.now());
      hash.advance(frontOf(map));
      onBytes(present, arrived);
      saver.arrived(arrived);
      return arrived;
    },
    /** @throws what the disk said */
    throwIfUnsaved: saver.throwIfFailed,
    /** Everything that was noted is recorded. @throws what the disk said */
    end: saver.end,
  };
}

/** What came in two goes, or not from the hub itself. */
function isDoubtful({ span, located }: OpenFlight, piece: number, { map }: PartFile): boolean {
  if (located.routeIndex > 0) return true;
  return piece === pieceAt(map, span.from) && span.from !== pieceStart(map, piece);
}
