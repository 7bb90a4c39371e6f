import ActivityPage from "../data/activity-page.vue";
import AddressPage from "../data/address-page.vue";
import DeletionPage from "../data/deletion-page.vue";
import ExportPage from "../data/export-page.vue";
import DevicePage from "../devices/device-page.vue";
import ProgramPage from "../programs/program-page.vue";
import PasswordPage from "../security/password-page.vue";
import SecurityPage from "../security/security-page.vue";

/** The pages of the account, by their views. */
export const AREA = {
  activity: ActivityPage,
  address: AddressPage,
  deletion: DeletionPage,
  devices: DevicePage,
  export: ExportPage,
  password: PasswordPage,
  security: SecurityPage,
  tokens: ProgramPage,
};
