import {
  type Icon,
  IconAlertTriangle,
  IconCloudOff,
  IconFolderOff,
  IconHelpCircle,
  IconLock,
  IconShieldX,
  IconWifiOff,
} from '@tabler/icons-react';

const BY_CATEGORY: Record<string, Icon> = {
  network: IconWifiOff,
  authentication: IconLock,
  source: IconCloudOff,
  input: IconHelpCircle,
  permission: IconFolderOff,
  configuration: IconFolderOff,
  integrity: IconShieldX,
};

export function errorIcon(category: string): Icon {
  return BY_CATEGORY[category] ?? IconAlertTriangle;
}
