// The fields of XMP that Whisker reads and writes, as ExifTool calls them: those of other programs, and those of its
// own namespace, which ExifTool knows from the configuration below.

/** Keywords of other programs. Between the levels of a hierarchy stands `separator`; null where there are none. */
export const keywordFields = [
  { field: 'XMP-dc:Subject', separator: null },
  { field: 'XMP-digiKam:TagsList', separator: '/' },
  { field: 'XMP-lr:HierarchicalSubject', separator: '|' },
] as const;
export type KeywordField = (typeof keywordFields)[number];

/** Keywords as older programs have them in the photo itself; only read. */
export const IPTC_KEYWORDS = 'IPTC:Keywords';

/** Whisker's own fields. Their names are part of the format: docs/xmp.md. */
export const ownFields = {
  /** Bag: the keywords that Whisker wrote. */
  written: 'XMP-whisker:Written',
  /** Bag: the keywords that were there when it wrote, of other programs. */
  kept: 'XMP-whisker:Kept',
  /** Bag of one: 'none', 'unsure' or 'excluded'. */
  mark: 'XMP-whisker:Mark',
  prediction: 'XMP-whisker:Prediction',
  run: 'XMP-whisker:Run',
  confidence: 'XMP-whisker:Confidence',
  calibrated: 'XMP-whisker:Calibrated',
} as const;

export const WHISKER_NAMESPACE = 'https://github.com/whisker-app/whisker/ns/1.0/';

/**
 * A configuration of ExifTool, in Perl. At the end of its input ExifTool waits for more of it for ever; the clock ends
 * it when the program that started it is gone, however that ended. The signal never interrupts a read or a write.
 */
export const exiftoolConfig = `
%Image::ExifTool::UserDefined = (
  'Image::ExifTool::XMP::Main' => {
    whisker => { SubDirectory => { TagTable => 'Image::ExifTool::UserDefined::whisker' } },
  },
);
%Image::ExifTool::UserDefined::whisker = (
  GROUPS => { 0 => 'XMP', 1 => 'XMP-whisker', 2 => 'Image' },
  NAMESPACE => { 'whisker' => '${WHISKER_NAMESPACE}' },
  WRITABLE => 'string',
  written => { List => 'Bag' },
  kept => { List => 'Bag' },
  mark => { List => 'Bag' },
  prediction => { },
  run => { Writable => 'integer' },
  confidence => { Writable => 'real' },
  calibrated => { Writable => 'boolean' },
);
if ($^O ne 'MSWin32') {
  require POSIX;
  my $starter = getppid();
  my $look = POSIX::SigAction->new(
    sub { exit if getppid() != $starter; alarm 2 }, POSIX::SigSet->new, POSIX::SA_RESTART());
  $look->safe(1);
  POSIX::sigaction(POSIX::SIGALRM(), $look);
  alarm 2;
}
1;
`;
