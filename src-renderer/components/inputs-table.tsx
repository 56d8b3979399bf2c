import type { Conversion, QuoteSnapshot } from '#shared/domain/plan';
import { plain, score } from '../format/numbers.ts';
import { clockMsText, spanText } from '../format/time.ts';
import { listingName } from '../format/words.ts';

/** PL-3: what the plan was made from, as it was then. */
export function InputsTable({ inputs, conversion }: { inputs: readonly QuoteSnapshot[]; conversion: Conversion }) {
  return (
    <>
      <div className="cb-scroll-x">
        <table className="cb-table">
          <thead>
            <tr>
              <th scope="col">Book</th>
              <th scope="col" className="cb-right">
                Bid × size
              </th>
              <th scope="col" className="cb-right">
                Ask × size
              </th>
              <th scope="col" className="cb-right">
                Age then
              </th>
              <th scope="col" className="cb-right">
                Received, UTC
              </th>
              <th scope="col" className="cb-right">
                Health
              </th>
            </tr>
          </thead>
          <tbody>
            {inputs.map((input) => (
              <tr key={input.listing} title={`sequence ${input.sequence ?? 'not given by the venue'}`}>
                <th scope="row">{listingName(input.listing)}</th>
                <td className="cb-right cb-num">
                  {plain(input.bid)} × {plain(input.bidSize)}
                </td>
                <td className="cb-right cb-num">
                  {plain(input.ask)} × {plain(input.askSize)}
                </td>
                <td className="cb-right cb-num">{spanText(input.ageMs)}</td>
                <td className="cb-right cb-num">{clockMsText(input.receivedAtMs)}</td>
                <td className="cb-right cb-num">{score(input.health)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="cb-muted">{conversionSentence(conversion)}</p>
    </>
  );
}

function conversionSentence({ from, to, rate, through, handling, ageMs }: Conversion): string {
  if (from === to) return `Both legs are in ${to}: nothing was converted.`;
  const books = through.map(listingName).join(', then ');
  const kept = handling === 'carried' ? ` The proceeds stay in ${from} and count against its cap.` : '';
  return `1 ${from} = ${plain(rate)} ${to} through ${books}, ${spanText(ageMs)} old.${kept}`;
}
