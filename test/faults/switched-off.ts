/** Imported first by processes that a row starts: turns off the protection that its query names. */
import { type ProtectionName, switchOff } from './protections.ts';

switchOff(new URL(import.meta.url).search.slice(1) as ProtectionName);
