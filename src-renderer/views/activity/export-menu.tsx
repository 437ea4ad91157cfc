import { Button, Menu } from '@mantine/core';
import { IconCopy, IconFileTypeCsv, IconJson } from '@tabler/icons-react';
import { saveText } from '../../bridge/save-text.ts';
import { run } from '../../stores/run.ts';
import { useStores } from '../../stores/stores-context.ts';

type Format = 'csv' | 'json';

/** The uses that are kept one by one, for other programs. */
export function ExportMenu() {
  const stores = useStores();
  const ask = async (format: Format, take: (text: string) => void) => {
    const answer = await run(stores, ['analytics.export', { format }]);
    if (answer.ok) take(answer.value.text);
  };
  const copy = async (text: string) => {
    await navigator.clipboard.writeText(text);
    stores.notices.getState().note('Uses copied as a table');
  };
  const save = (format: Format) =>
    void ask(format, (text) =>
      saveText(text, { name: `larder-uses.${format}`, type: TYPES[format] }),
    );
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="default">
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconCopy size={16} />}
          onClick={() => void ask('csv', (text) => void copy(text))}
        >
          Copy as a table
        </Menu.Item>
        <Menu.Item leftSection={<IconFileTypeCsv size={16} />} onClick={() => save('csv')}>
          Save as CSV…
        </Menu.Item>
        <Menu.Item leftSection={<IconJson size={16} />} onClick={() => save('json')}>
          Save as JSON…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const TYPES: Readonly<Record<Format, string>> = { csv: 'text/csv', json: 'application/json' };
