// Whether anything a patient typed was left where it can be read.

import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { familyOf } from './machine.mjs';

/** Words that occur nowhere unless this patient stood at the kiosk. */
export function markersOf(patient) {
  const national = patient.mobile.replaceAll(' ', '');
  return [patient.given, patient.family, patient.email, national, national.replace(/^0/, '+44'), patient.mobile];
}

/** Files under `folder`, and files a program holds open though they have no name any more, that hold one of `markers`. */
export async function filesNaming(folder, pid, markers) {
  const found = [];
  const wanted = markers.flatMap((marker) => [Buffer.from(marker, 'utf8'), Buffer.from(marker, 'utf16le')]);
  const look = async (path) => {
    const info = await stat(path).catch(() => null);
    if (!info?.isFile()) return;
    const bytes = await readFile(path).catch(() => null);
    if (bytes && wanted.some((marker) => bytes.includes(marker))) found.push(path);
  };
  for (const name of await readdir(folder, { recursive: true })) await look(join(folder, name));
  for (const member of pid === undefined ? [] : await familyOf(pid)) {
    for (const name of await readdir(`/proc/${member}/fd`).catch(() => [])) await look(`/proc/${member}/fd/${name}`);
  }
  return found;
}
