import { ActionIcon, Tooltip } from '@mantine/core';
import { IconGripVertical } from '@tabler/icons-react';
import { type DragEvent, type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';

const DRAGGED = 'application/x-larder-download';

interface DragHandleProps {
  readonly title: string;
  /** What is dragged. */
  readonly modelId: string;
  /** Its place in the queue; after a move by keyboard the focus comes along. */
  readonly position: number;
  readonly onMove: (direction: 'up' | 'down') => void;
}

const DIRECTIONS: Readonly<Record<string, 'up' | 'down'>> = { ArrowUp: 'up', ArrowDown: 'down' };

/** Takes a card by the mouse, or moves it with Alt and an arrow key. */
export function DragHandle({ title, modelId, position, onMove }: DragHandleProps) {
  const button = useRef<HTMLButtonElement>(null);
  const movedFrom = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (movedFrom.current === null || movedFrom.current === position) return;
    movedFrom.current = null;
    button.current?.focus();
  }, [position]);

  const start = ({ dataTransfer, currentTarget }: DragEvent<HTMLButtonElement>) => {
    dataTransfer.setData(DRAGGED, modelId);
    dataTransfer.effectAllowed = 'move';
    const card = currentTarget.closest('li');
    if (card) dataTransfer.setDragImage(card, 16, 16);
  };
  const press = (event: KeyboardEvent) => {
    const direction = DIRECTIONS[event.key];
    if (!event.altKey || !direction) return;
    event.preventDefault();
    movedFrom.current = position;
    onMove(direction);
  };
  return (
    <Tooltip label="Drag, or press Alt with ↑ or ↓">
      <ActionIcon
        ref={button}
        size="sm"
        draggable
        aria-label={`Reorder ${title}`}
        aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
        style={{ cursor: 'grab', flexShrink: 0 }}
        onDragStart={start}
        onKeyDown={press}
      >
        <IconGripVertical size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

/** Lets cards be dropped on an element: spread over it; `data-drop` is there while one hovers. */
export function useDropTarget(onDrop: (modelId: string) => void) {
  const [hovered, setHovered] = useState(false);
  return {
    ...(hovered && { 'data-drop': true }),
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes(DRAGGED)) return;
      event.preventDefault();
      setHovered(true);
    },
    onDragLeave: () => setHovered(false),
    onDrop: (event: DragEvent) => {
      setHovered(false);
      const modelId = event.dataTransfer.getData(DRAGGED);
      if (modelId === '') return;
      event.preventDefault();
      onDrop(modelId);
    },
  };
}
