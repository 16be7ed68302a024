/** A document in the layout of the legacy tools. */
export interface ExportedDocument {
  /** Path in the exported folder. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /**
   * `unchanged`: the bytes of the import. `changed`: the imported document with the changes of the store. `new`: a document
   * that was not imported.
   */
  readonly outcome: 'unchanged' | 'changed' | 'new';
}

/** A document that cannot be exported, and the reason. */
export interface ExportFault {
  readonly path: string;
  readonly fault: string;
}

/** The documents of the catalogue in the layout of the legacy tools. */
export interface LegacyDocuments {
  /**
   * Keeps the bytes of an imported document, so that an export returns it byte for byte while its values are unchanged, and
   * with every unknown field in place otherwise. Replaces the original of an earlier import. Throws ObjectStoreError.
   */
  keepOriginal(path: string, bytes: Uint8Array): Promise<void>;
  /** All documents of catalogue, manifests and styles, by path. Throws ObjectStoreError. */
  listDocuments(): AsyncIterable<ExportedDocument | ExportFault>;
}
