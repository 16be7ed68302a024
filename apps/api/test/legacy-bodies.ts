import { loadWorkflowTemplate } from '@trainyard/comfyui';

type Inputs = Readonly<Record<string, unknown>>;

/** Sets inputs of the template, as the legacy tools do. */
export async function createWorkflow(changes: Readonly<Record<string, Inputs>>) {
  const { workflow } = await loadWorkflowTemplate();
  return Object.fromEntries(
    Object.entries(workflow).map(([id, node]) => [
      id,
      { ...node, inputs: { ...node.inputs, ...changes[id] } },
    ]),
  );
}

function withCaptions(image: string): readonly string[] {
  return [image, image.replace(/\.\w+$/, '.txt')];
}

/** Legacy request for a style, with captions among the addresses (docs/compatibility.md). */
export async function createStyleBody(images: readonly string[]) {
  return {
    input: {
      workflow: await createWorkflow({
        '4': { steps: 1200 },
        '107': {
          network_dim: 16,
          network_alpha: 16,
          learning_rate: 0.0001,
          max_train_steps: 1200,
          output_dir: 'models/loras',
          output_name: 'flux_lora',
        },
        '108': { reset_on_queue: false },
        '109': { class_tokens: '', dataset_path: '/somewhere' },
      }),
      training_data: { s3_urls: images.flatMap(withCaptions) },
      training_config: {
        mode: 'custom-styles',
        user_id: 'actor_maker_user',
        tenant_id: 'actor_maker',
        request_id: '16_1234567890',
        model_name: 'style_16_v1.0',
        learning_rate: 0.0001,
        max_train_steps: 1200,
      },
    },
    webhook: 'https://abc123.ngrok.io/api/training-webhook',
  };
}

/** Legacy request for an actor, with images only. */
export async function createActorBody(images: readonly string[]) {
  return {
    input: {
      workflow: await createWorkflow({ '107': { learning_rate: 0.0004, network_dim: 8, network_alpha: 8 } }),
      training_data: { s3_urls: images },
      training_config: {
        mode: 'custom-actors',
        user_id: 'actor_maker_user',
        tenant_id: 'actor_maker',
        request_id: '0019_1234567890',
        model_name: 'actor_0019_V1',
        learning_rate: 0.0004,
        max_train_steps: 2000,
      } as Readonly<Record<string, unknown>>,
    },
    webhook: 'https://abc123.ngrok.io/api/training-webhook',
  };
}
