import { MultiSelect } from '@mantine/core';

export interface ModelOption {
  /** The model's id. */
  readonly value: string;
  readonly label: string;
}

interface ModelsControlProps {
  readonly label: string;
  readonly options: readonly ModelOption[];
  readonly values: readonly string[];
  readonly disabled: boolean;
  readonly onChange: (values: readonly string[]) => void;
}

/** Several models in the order they were chosen. Those that are not in the library keep their ids. */
export function ModelsControl({ label, options, values, disabled, onChange }: ModelsControlProps) {
  const others = values.filter((value) => !options.some((option) => option.value === value));
  const data = [...options, ...others.map((value) => ({ value, label: value }))];
  return (
    <MultiSelect
      aria-label={label}
      placeholder={values.length === 0 ? 'Choose models, the preferred one first' : ''}
      searchable
      hidePickedOptions
      nothingFoundMessage="No further model is called that"
      data={data}
      value={[...values]}
      disabled={disabled}
      onChange={onChange}
    />
  );
}
