/** The system's choice of light or dark. */
export class FakeNativeTheme {
  shouldUseDarkColors = false;
}
