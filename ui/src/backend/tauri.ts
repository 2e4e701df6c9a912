import { invoke } from '@tauri-apps/api/core';
import type { Backend } from '.';

/** The only file that knows of Tauri. */
export const backend: Backend = {
  status: () => invoke('status'),
  connect: (address, code) => invoke('connect', { address, code }),
  start: (language) => invoke('start', { language }),
  pulse: (touched) => invoke('pulse', { touched }),
  checkName: (givenName, familyName) => invoke('check_name', { givenName, familyName }),
  checkDateOfBirth: (date) => invoke('check_date_of_birth', { date }),
  checkEmail: (typed) => invoke('check_email', { typed }),
  checkMobile: (typed) => invoke('check_mobile', { typed }),
  confirm: (details) => invoke('confirm', { details }),
  checkCode: (code) => invoke('check_code', { code }),
  resendCode: () => invoke('resend_code'),
  changeNumber: () => invoke('change_number'),
  setPassword: (password) => invoke('set_password', { password }),
  continueOnPhone: () => invoke('continue_on_phone'),
  suggestWords: () => invoke('suggest_words'),
  helpStands: (reference) => invoke('help_stands', { reference }),
  askForHelp: (reason) => invoke('ask_for_help', { reason }),
  backFromDesk: () => invoke('back_from_desk'),
  doneCard: () => invoke('done_card'),
  leave: () => invoke('leave'),
  unlock: (initials, password) => invoke('unlock', { initials, password }),
  askToUnlock: (initials) => invoke('ask_to_unlock', { initials }),
  unlockStands: () => invoke('unlock_stands'),
  askStaff: (ask) => invoke('ask_staff', { ask }),
  lock: (resume) => invoke('lock', { resume }),
  painted: () => invoke('painted'),
};
