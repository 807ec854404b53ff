/** Features with `@tag(name: "pii")`: their values go to who may read them, and into no message and no log. */
const PII_TAG = 'pii';

export function isPersonal(feature: { readonly tags: readonly string[] }): boolean {
  return feature.tags.includes(PII_TAG);
}
