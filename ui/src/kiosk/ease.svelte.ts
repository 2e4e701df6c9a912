export type Theme = 'light' | 'dark' | 'contrast';
export type TextSize = 'normal' | 'large' | 'largest';

/** What makes the screen easier for the person in front of it; back to normal for the next. */
class Ease {
  theme = $state<Theme>('light');
  size = $state<TextSize>('normal');

  reset(): void {
    this.theme = 'light';
    this.size = 'normal';
  }
}

export const ease = new Ease();
