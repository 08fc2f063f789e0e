// What the tests of XMP keywords look at: photos drawn by code, a file of another program, and folders as they are.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { jpeg } from '../../fixtures/photos.ts';

export const pictures = async (names: readonly string[]): Promise<Record<string, Buffer>> =>
  Object.fromEntries(await Promise.all(names.map(async (name, seed) => [name, await jpeg({ seed })] as const)));

export const textOf = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8');
/** The files of a folder with what they hold and when they changed. */
export const stateOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path, `${statSync(path).mtimeMs} ${readFileSync(path).toString('base64')}`]),
  );

/** A sidecar with fields that no program knows, keywords, and a hierarchy of them. */
export const foreign = `<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Other 1.0">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:foo="http://example.com/foo/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    foo:short="attribute &amp; more" xmp:Rating="3">
   <foo:deep rdf:parseType="Resource"><foo:a>1</foo:a><foo:list><rdf:Seq>
     <rdf:li rdf:parseType="Resource"><foo:x>7</foo:x></rdf:li><rdf:li>two</rdf:li></rdf:Seq></foo:list></foo:deep>
   <foo:alt><rdf:Alt><rdf:li xml:lang="x-default">A</rdf:li><rdf:li xml:lang="de-DE">B</rdf:li></rdf:Alt></foo:alt>
   <foo:link rdf:resource="http://example.com/x"/>
  </rdf:Description>
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:digiKam="http://www.digikam.org/ns/1.0/">
   <dc:subject><rdf:Bag><rdf:li>holiday</rdf:li><rdf:li>Dog</rdf:li></rdf:Bag></dc:subject>
   <digiKam:TagsList><rdf:Seq><rdf:li>Travel/holiday</rdf:li><rdf:li>Animals/Dog</rdf:li></rdf:Seq></digiKam:TagsList>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end='w'?>`;
/** What of it must never be lost, as ExifTool writes it. */
export const foreignFields = [
  '<foo:short>attribute &amp; more</foo:short>',
  '<foo:a>1</foo:a>',
  '<foo:x>7</foo:x>',
  '<rdf:li>two</rdf:li>',
  "<rdf:li xml:lang='de-DE'>B</rdf:li>",
  "<foo:link rdf:resource='http://example.com/x'/>",
  '<xmp:Rating>3</xmp:Rating>',
  '<rdf:li>holiday</rdf:li>',
  '<rdf:li>Travel/holiday</rdf:li>',
  '<rdf:li>Animals/Dog</rdf:li>',
];
